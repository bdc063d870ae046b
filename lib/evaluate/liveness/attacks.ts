import type { Action } from "../../liveness/challenge.ts";
import {
  type ActionPair,
  challengePairs,
} from "../../liveness/challenge_pairs.ts";
import { movedPicture } from "./held_frames.ts";
import { beside } from "./beside.ts";
import {
  liveFrames,
  present,
  type Presentation,
  straightFrames,
} from "./presentation.ts";
import type { Frame, Recordings } from "./recordings.ts";

/** One kind of attack: an attack instrument species of ISO/IEC 30107-3, and what an impostor does with it. */
export interface Attack {
  readonly kind: string;
  readonly presentations: readonly Presentation[];
}

/** Angle that half of a bent sheet's width is bent by, degrees. */
const bendDeg = 45;
/** How often an impostor shows a still photo or plays a recording in one challenge. */
const stillFrames = 20;
const playedTimes = 2;

/** Everybody doing what is asked, every ordered pair of actions. */
export function livePresentations(
  people: readonly Recordings[],
): Presentation[] {
  return forEach(people, (own, asked) => [present(own, asked)]);
}

/** All kinds of attack that can be made of the recordings, weakest first. */
export function attacksOn(people: readonly Recordings[]): Attack[] {
  const attack = (
    kind: string,
    frames: (own: Recordings, asked: ActionPair) => readonly Frame[],
  ): Attack => ({
    kind,
    presentations: forEach(people, (own, asked) => [
      present(own, asked, frames(own, asked)),
    ]),
  });
  return [
    attack("still photo", (own) => Array(stillFrames).fill(portrait(own))),
    attack(
      "photo moved and tilted",
      (own, asked) => movedPicture(portrait(own), asked, 0),
    ),
    attack(
      "bent photo",
      (own, asked) => movedPicture(portrait(own), asked, bendDeg),
    ),
    attack(
      "photos of each action swapped",
      (own, asked) => swappedPhotos(own, asked, [0.5]),
    ),
    attack(
      "photos swapped in small steps",
      (own, asked) => swappedPhotos(own, asked, [0.25, 0.5]),
    ),
    recordingsOfAPair(people),
    attack("recordings chosen to fit", liveFrames),
    ...attacksByAnother(people),
  ].filter(({ presentations }) => presentations.length > 0);
}

/** The two actions of every pair, recorded and played whatever is asked. */
function recordingsOfAPair(people: readonly Recordings[]): Attack {
  return {
    kind: "recording of two actions",
    presentations: forEach(
      people,
      (own, asked) =>
        challengePairs.map((recorded) => {
          const once = liveFrames(own, recorded);
          return present(
            own,
            asked,
            Array(playedTimes).fill(once).flat(),
          );
        }),
    ),
  };
}

/** Attacks that need a second person; none where there is one only. */
function attacksByAnother(people: readonly Recordings[]): Attack[] {
  const attack = (
    kind: string,
    frames: (own: Recordings, other: Recordings, asked: ActionPair) => Frame[],
  ): Attack => ({
    kind,
    presentations: forEach(
      people,
      (own, asked) =>
        people.filter((other) => other !== own).map((other) =>
          present(own, asked, frames(own, other, asked))
        ),
    ),
  });
  return [
    attack(
      "another person, live",
      (_, other, asked) => liveFrames(other, asked),
    ),
    attack(
      "another person acts between straight frames",
      (own, other, asked) => {
        const straight = straightFrames(own, asked);
        const acts = (action: Action) => other.frames[action].slice(1, -1);
        return [
          ...straight,
          ...asked.flatMap((action) => [...acts(action), ...straight]),
        ];
      },
    ),
    attack("another person joins", (own, other, asked) => [
      ...straightFrames(own, asked),
      ...asked.flatMap((action) => own.frames[action]).map((frame) =>
        beside(frame, portrait(other))
      ),
    ]),
  ];
}

/**
 * Photos out of each action, held up in turn with straight ones.
 *
 * @param shares where in the action they were taken; 0.5 is its height
 */
function swappedPhotos(
  own: Recordings,
  asked: ActionPair,
  shares: readonly number[],
): Frame[] {
  const straight = straightFrames(own, asked);
  const photos = (action: Action) => {
    const frames = own.frames[action];
    return shares.map((share) =>
      frames[Math.floor((frames.length - 1) * share)]!
    );
  };
  return [
    ...straight,
    ...asked.flatMap((action) => [...photos(action), ...straight]),
  ];
}

function portrait({ frames }: Recordings): Frame {
  return frames.blink[0]!;
}

function forEach(
  people: readonly Recordings[],
  make: (own: Recordings, asked: ActionPair) => Presentation[],
): Presentation[] {
  return people.flatMap((own) =>
    challengePairs.flatMap((asked) => make(own, asked))
  );
}
