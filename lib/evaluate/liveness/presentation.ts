import { type Action, actions } from "../../liveness/challenge.ts";
import type { ActionPair } from "../../liveness/challenge_pairs.ts";
import type { Frame, Recordings } from "./recordings.ts";

/** One sequence of frames held before the camera. */
export interface Presentation {
  /** Who is claimed to stand there. */
  readonly claims: string;
  readonly asked: ActionPair;
  readonly frames: readonly Frame[];
  /** The claimed person's registered frames, none of which is played. */
  readonly registered: readonly Frame[];
}

/** A presentation of somebody's recordings. @param frames defaults to the actions asked for, done in order */
export function present(
  own: Recordings,
  asked: ActionPair,
  frames: readonly Frame[] = liveFrames(own, asked),
): Presentation {
  return {
    claims: own.person,
    asked,
    frames,
    registered: others(asked).map((action) => own.frames[action].at(-1)!),
  };
}

/** Two straight frames, taken from the recordings of what is not asked for. */
export function straightFrames(own: Recordings, asked: ActionPair): Frame[] {
  return others(asked).map((action) => own.frames[action][0]!);
}

/** What somebody does who is asked for two actions. */
export function liveFrames(own: Recordings, asked: ActionPair): Frame[] {
  return [
    ...straightFrames(own, asked),
    ...asked.flatMap((action) => own.frames[action]),
  ];
}

function others(asked: ActionPair): Action[] {
  return actions.filter((action) => !asked.includes(action));
}
