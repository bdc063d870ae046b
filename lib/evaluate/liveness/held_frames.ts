import type { Action } from "../../liveness/challenge.ts";
import { type Holding, holdPicture } from "../../liveness/held_picture.ts";
import type { ActionPair } from "../../liveness/challenge_pairs.ts";
import type { Frame } from "./recordings.ts";

/** How an attacker moves a flat picture to make it look like the action. */
const imitations: Readonly<Record<Action, readonly Holding[]>> = {
  "turn-left": [{ yaw: 15 }, { yaw: 30, roll: 6 }, { yaw: 45, shift: 0.08 }],
  "turn-right": [{ yaw: -15 }, { yaw: -30, roll: -6 }, {
    yaw: -45,
    shift: -0.08,
  }],
  blink: [{ pitch: -20 }, { pitch: -40 }, { scale: 0.6 }],
  "mouth-open": [{ pitch: 20 }, { pitch: 40 }, { scale: 1.25, shift: 0.05 }],
};

/** A picture of a face that is moved and tilted as if it did the two actions, twice over. */
export function movedPicture(
  picture: Frame,
  asked: ActionPair,
  bend: number,
): Frame[] {
  const held = (holding: Holding) => heldFrame(picture, { ...holding, bend });
  const straight = [held({}), held({ shift: 0.03, scale: 0.95 })];
  const once = [
    ...straight,
    ...asked.flatMap((action) => {
      const there = imitations[action].map(held);
      return [...there, ...there.toReversed().slice(1), ...straight];
    }),
  ];
  return [...once, ...once];
}

function heldFrame(picture: Frame, holding: Holding): Frame {
  return {
    key: `${picture.key} held ${JSON.stringify(holding)}`,
    photo: async () => holdPicture(await picture.photo(), holding),
  };
}
