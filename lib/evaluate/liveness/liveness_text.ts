import { columns } from "../summary.ts";
import { percent } from "../figure_frame.ts";
import type { LivenessEvaluation } from "./evaluate_liveness.ts";
import type { KindResult, Rate, Spread } from "./rates.ts";

/** The results for a terminal, as lines. */
export function livenessText(evaluation: LivenessEvaluation): string[] {
  const { live, attacks, people, modelId, floors } = evaluation;
  return [
    `Model ${modelId}, ${people} ${people === 1 ? "person" : "people"}.`,
    `BPCER (live presentations refused): ${rateText(live.error)}`,
    ...columns([
      ["attack", "APCER", "", "ended", "antispoof", "liveness"],
      row(live, "-", "-"),
      ...attacks.map((each) =>
        row(each, percent(each.error.rate), rateText(each.error))
      ),
    ]),
    passiveLine(evaluation),
    `Passive floors: antispoof ${floors.antispoof}, liveness ${floors.liveness}, on the mean of the straight frames.`,
    "The numbers are small, and presentations of one person are not independent: read the bounds",
    "(95 %, one-sided) as best cases. Whoever holds a recording or photos of all four actions, and",
    "shows the right one in time, passes: no challenge of this kind refuses that.",
  ];
}

function passiveLine({ live, attacks }: LivenessEvaluation): string {
  const caught = attacks.reduce((sum, each) => sum + each.passiveRefuses, 0);
  const all = attacks.reduce((sum, { error }) => sum + error.of, 0);
  return `The passive scores alone would refuse ${caught} of ${all} attacks and ` +
    `${live.passiveRefuses} of ${live.error.of} live presentations; the challenge decides.`;
}

function row(
  { kind, passive, endings }: KindResult,
  apcer: string,
  counts: string,
): string[] {
  const ended = Object.entries(endings)
    .map(([ending, count]) => `${ending} ${count}`).join(", ");
  return [
    kind,
    apcer,
    counts,
    ended,
    spreadText(passive?.antispoof),
    spreadText(passive?.liveness),
  ];
}

function rateText({ errors, of, atMost }: Rate): string {
  return `${errors} of ${of}` +
    (errors === of ? "" : `, may be up to ${percent(atMost)}`);
}

function spreadText(spread: Spread | undefined): string {
  return spread === undefined
    ? "-"
    : `${spread.lowest.toFixed(2)}-${spread.highest.toFixed(2)}`;
}
