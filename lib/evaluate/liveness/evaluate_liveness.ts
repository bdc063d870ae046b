import type { ChallengeLimits } from "../../liveness/challenge.ts";
import type { PassiveScores } from "../../liveness/passive_scores.ts";
import { type Attack, attacksOn, livePresentations } from "./attacks.ts";
import { type Ending, type Outcome, play } from "./play.ts";
import type { Presentation } from "./presentation.ts";
import { type KindResult, summarise } from "./rates.ts";
import type { Recordings } from "./recordings.ts";
import { type Eyes, seeOnce } from "./see_frames.ts";

/** What `evaluateLiveness` measured. */
export interface LivenessEvaluation {
  readonly modelId: string;
  readonly people: number;
  readonly floors: PassiveScores;
  /** Live presentations; its error rate is the BPCER. */
  readonly live: KindResult;
  /** By kind of attack; each error rate is an APCER. */
  readonly attacks: readonly KindResult[];
}

/** A challenge's limits as an evaluation needs them: with floors. */
export type EvaluationLimits = ChallengeLimits & {
  readonly passiveFloors: PassiveScores;
};

/**
 * Plays every pair of actions of everybody live, and every attack that can be made of the same
 * recordings, and counts the errors in the words of ISO/IEC 30107-3.
 *
 * @param attacks defaults to all kinds
 * @param onProgress is told of each presentation
 */
export async function evaluateLiveness(
  people: readonly Recordings[],
  eyes: Eyes,
  limits: EvaluationLimits,
  attacks: readonly Attack[] = attacksOn(people),
  onProgress: (done: number, total: number) => void = () => {},
): Promise<LivenessEvaluation> {
  const see = seeOnce(eyes);
  const live = livePresentations(people);
  const total = attacks.reduce(
    (sum, { presentations }) => sum + presentations.length,
    live.length,
  );
  let done = 0;
  const measure = async (
    kind: string,
    presentations: readonly Presentation[],
    isError: (ending: Ending) => boolean,
  ) => {
    const outcomes: Outcome[] = [];
    for (const presentation of presentations) {
      outcomes.push(await play(presentation, see, limits));
      onProgress(++done, total);
    }
    return summarise(kind, outcomes, isError, limits.passiveFloors);
  };
  const bonaFide = await measure("live", live, (end) => end !== "accepted");
  const results: KindResult[] = [];
  for (const { kind, presentations } of attacks) {
    results.push(
      await measure(kind, presentations, (end) => end === "accepted"),
    );
  }
  return {
    modelId: eyes.recognizer.modelId,
    people: people.length,
    floors: limits.passiveFloors,
    live: bonaFide,
    attacks: results,
  };
}
