import * as Plot from "@observablehq/plot";
import { colours, drawSvg, percent } from "../figure_frame.ts";
import { intervalMethod } from "../intervals.ts";
import { columns } from "../summary.ts";
import type { LivenessRow } from "./evaluate_liveness.ts";
import type { Rate } from "./rates.ts";

/** The results for a terminal, as lines. */
export function livenessText(rows: readonly LivenessRow[]): string[] {
  const live = rows.filter((row) => row.live);
  const attacks = rows.filter((row) => !row.live);
  return [
    "BPCER: live people refused, by the white screen's light on the face over the room's",
    ...columns([
      [
        "light",
        "by light",
        "by dot",
        "by both",
        "95 % interval",
        "ended",
        "by person",
      ],
      ...live.map((row) => [
        String(row.share ?? "recorded"),
        percent(1 - row.passedLight.rate),
        percent(1 - row.passedMotion.rate),
        percent(1 - row.passedBoth.rate),
        interval(row.passedBoth, true),
        reasonsOf(row),
        byPerson(row),
      ]),
    ]),
    "APCER: attacks let through, at shares of 0.1 to 2 in turn",
    ...columns([
      [
        "instrument",
        "by light",
        "by dot",
        "by both",
        "95 % interval",
        "ended",
        "by person",
      ],
      ...attacks.map((row) => [
        row.kind,
        percent(row.passedLight.rate),
        percent(row.passedMotion.rate),
        percent(row.passedBoth.rate),
        interval(row.passedBoth, false),
        reasonsOf(row),
        byPerson(row),
      ]),
    ]),
    intervalMethod,
  ];
}

function interval({ low, high }: Rate, complement: boolean): string {
  const [from, to] = complement ? [1 - high, 1 - low] : [low, high];
  return `${percent(from)} to ${percent(to)}`;
}

function reasonsOf({ reasons }: LivenessRow): string {
  const all = Object.entries(reasons).map(([kind, count]) =>
    `${kind} ${count}`
  );
  return all.join(", ") || "-";
}

function byPerson({ byPerson: people }: LivenessRow): string {
  return Object.entries(people)
    .map(([name, { count, of }]) => `${name} ${count}/${of}`).join(" ");
}

/** APCER of each instrument and BPCER at each share, with their intervals. */
export function livenessSvg(rows: readonly LivenessRow[]): string {
  const bars = rows.map(({ kind, share, live, passedBoth }) => {
    const flip = (rate: number) => live ? 1 - rate : rate;
    return {
      name: live ? `live, light ${share ?? "recorded"}` : kind,
      rate: flip(passedBoth.rate),
      low: flip(live ? passedBoth.high : passedBoth.low),
      high: flip(live ? passedBoth.low : passedBoth.high),
      color: live ? colours.genuine : colours.impostor,
    };
  });
  return drawSvg({
    label:
      "BPCER at each share of the screen's light, and APCER of each instrument, with 95 % intervals",
    options: {
      height: 24 * bars.length + 60,
      width: 720,
      marginLeft: 260,
      x: {
        domain: [0, 1],
        tickFormat: percent,
        label: "error rate →",
        grid: true,
      },
      y: { domain: bars.map(({ name }) => name), label: null },
      marks: [
        Plot.ruleY(bars, {
          y: "name",
          x1: "low",
          x2: "high",
          stroke: "color",
          strokeWidth: 2,
        }),
        Plot.dot(bars, { y: "name", x: "rate", fill: "color", r: 5 }),
      ],
    },
  });
}
