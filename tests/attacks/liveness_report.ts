import * as Plot from "@observablehq/plot";
import { colours, drawSvg, percent } from "../../lib/evaluate/figure_frame.ts";
import { intervalMethod } from "../../lib/evaluate/intervals.ts";
import { columns } from "../../lib/evaluate/tables.ts";
import type { FrameCost } from "./frame_player.ts";
import type { LivenessRow } from "./liveness_rows.ts";

/** The results for a terminal, as lines. */
export function livenessText(
  rows: readonly LivenessRow[],
  { frames, cpuMs }: FrameCost,
): string[] {
  const table = (live: boolean, first: string) => [
    [
      first,
      "by light",
      "by dot",
      "by both",
      "95 % interval",
      "ended",
      "by person",
    ],
    ...rows.filter((row) => row.live === live).map((row) => [
      `${live ? row.share ?? "recorded" : row.kind}${atPace(row)}`,
      ...[row.byLight, row.byMotion, row.byBoth].map(({ rate }) =>
        percent(rate)
      ),
      `${percent(row.byBoth.low)} to ${percent(row.byBoth.high)}`,
      listed(row.reasons, (count) => count, ", "),
      listed(row.byPerson, ({ count, of }) => `${count}/${of}`, " "),
    ]),
  ];
  return [
    "BPCER: live people refused, by the white screen's light on the face over the room's",
    ...columns(table(true, "light")),
    "APCER: attacks let through, at shares of 0.1 to 2 in turn",
    ...columns(table(false, "instrument")),
    intervalMethod,
    `A frame costs the server ${
      (cpuMs / frames).toFixed(1)
    } ms of one core: decoded and followed, some searched and embedded (mean of ${frames} frames).`,
  ];
}

/** Said of the gentle pace only. */
function atPace({ pace }: Pick<LivenessRow, "pace">): string {
  return pace === "usual" ? "" : `, ${pace} pace`;
}

function listed<T>(
  all: Readonly<Record<string, T>>,
  text: (value: T) => unknown,
  between: string,
): string {
  return Object.entries(all)
    .map(([name, value]) => `${name} ${text(value)}`).join(between) || "-";
}

/** APCER of each instrument and BPCER at each share, with their intervals. */
export function livenessSvg(rows: readonly LivenessRow[]): string {
  const bars = rows.map(({ kind, share, pace, live, byBoth }) => ({
    ...byBoth,
    name: (live ? `live, light ${share ?? "recorded"}` : kind) +
      atPace({ pace }),
    color: live ? colours.genuine : colours.impostor,
  }));
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
