import { type Action, actions } from "./challenge.ts";

/** Two different actions, in the order they are asked for. */
export type ActionPair = readonly [Action, Action];

const isTurn = (action: Action) => action.startsWith("turn");

/**
 * What a challenge may ask for: every ordered pair with a turn in it, 10. Only a turn shows that the
 * face has relief; lids and lips move as well on a photo with holes cut into it, or between two
 * photos (`deno task evaluate-liveness` accepted 4 of 4 such swaps when asked for these two alone).
 */
export const challengePairs: readonly ActionPair[] = actions.flatMap((first) =>
  actions
    .filter((second) => second !== first && (isTurn(first) || isTurn(second)))
    .map((second): ActionPair => [first, second])
);
