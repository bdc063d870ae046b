import {
  advance,
  type ChallengeLimits,
  evidenceOf,
  type Refusal,
  type SeenFace,
  startChallenge,
} from "../../liveness/challenge.ts";
import { gatherEvidence } from "../../liveness/evidence.ts";
import type { PassiveScores } from "../../liveness/passive_scores.ts";
import type { Presentation } from "./presentation.ts";
import type { Frame } from "./recordings.ts";

/** Time between two frames, ms. */
const frameEveryMs = 200;

/** How a presentation ended: "unfinished" waits for an action until its time is up; "not-recognized" passed the challenge and is not who was claimed. */
export type Ending = "accepted" | Refusal | "unfinished" | "not-recognized";

export interface Outcome {
  readonly presentation: Presentation;
  readonly ending: Ending;
  /** Mean scores of the straight frames; null when there was none. */
  readonly passive: PassiveScores | null;
}

/** Plays a presentation through a challenge, and decides the sign-in on its evidence. */
export async function play(
  presentation: Presentation,
  see: (frame: Frame) => Promise<readonly SeenFace[]>,
  limits: ChallengeLimits,
): Promise<Outcome> {
  let challenge = startChallenge(presentation.asked, 0, limits);
  for (const [i, frame] of presentation.frames.entries()) {
    if (challenge.verdict !== "pending") break;
    const faces = await see(frame);
    challenge = advance(challenge, { atMs: i * frameEveryMs, faces });
  }
  const evidence = evidenceOf(challenge);
  const passive = evidence?.passive ?? null;
  const ended = (ending: Ending) => ({ presentation, ending, passive });
  if (challenge.verdict === "pending") return ended("unfinished");
  if (challenge.verdict !== "passed") return ended(challenge.verdict);
  const template = await templateOf(presentation, see);
  const same = limits.distance(template, evidence!.vector) <
    limits.samePersonDistance;
  return ended(same ? "accepted" : "not-recognized");
}

async function templateOf(
  { registered }: Presentation,
  see: (frame: Frame) => Promise<readonly SeenFace[]>,
): Promise<Float32Array> {
  const faces: SeenFace[] = [];
  for (const frame of registered) faces.push(...await see(frame));
  return gatherEvidence(faces).vector;
}
