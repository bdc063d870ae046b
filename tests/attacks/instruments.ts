import { type LinearPicture, makePicture } from "./linear_picture.ts";
import type { LitFrame, LitPerson } from "./lit_people.ts";
import { meshShading, onePhotoTurned, printTurned } from "./relief.ts";

/** What happens before the camera in one try. */
export interface Scene {
  readonly person: LitPerson;
  /** Whose photo is pasted, blended or added; another than `person`. */
  readonly other: LitPerson;
  /** The white screen's light on the face over the room's. */
  readonly share: number;
}

/** One moment of a scene. */
export interface Moment {
  /** The person's own sway: which of the straight frames is shown. */
  readonly straight: LitFrame;
  /** The screen's colour: red, green and blue in linear light. */
  readonly color: readonly number[];
  /** The colour of another challenge, in which a recording was made. */
  readonly otherColor: readonly number[];
  /** How far a head turns that follows the dot, and one that follows another, degrees. */
  readonly yawDeg: number;
  readonly otherYawDeg: number;
}

/** What is before the camera at a moment. */
type Source = (scene: Scene, moment: Moment) => Promise<LinearPicture>;

/** An attack instrument species of ISO/IEC 30107-3, and what an impostor does with it. */
export interface Instrument {
  readonly kind: string;
  /** The picture while the light is checked. */
  readonly light: Source;
  /** The picture while the dot moves. */
  readonly motion: Source;
}

// People and their pictures.

/** Somebody who looks ahead, lit by the room and by the screen's colours of this or another challenge. */
const lit = (by: "color" | "otherColor"): Source => async (scene, moment) => {
  const [room, screen] = [
    await moment.straight.room(),
    await moment.straight.screen(),
  ];
  const color = moment[by].map((value) => value * scene.share);
  return makePicture(
    room,
    (at, _, c) => room.data[at]! + color[c]! * screen.data[at]!,
  );
};

/** Somebody's frame that is turned nearest to where the dot of this or another challenge is. */
const turned = (
  who: "person" | "other",
  to: "yawDeg" | "otherYawDeg",
): Source =>
(scene, moment) => {
  const off = (frame: LitFrame) => Math.abs(frame.yawDeg - moment[to]);
  return scene[who].all
    .reduce((best, frame) => off(frame) < off(best) ? frame : best).room();
};

const live = lit("color");
const recordedInOther = lit("otherColor");
const unlit: Source = (_, { straight }) => straight.room();
const still: Source = ({ person }) => person.straight[0]!.room();
const otherStill: Source = ({ other }) => other.straight[0]!.room();
const follows = turned("person", "yawDeg");
const otherFollows = turned("other", "yawDeg");
/** A recording of another sign-in. */
const recorded = turned("person", "otherYawDeg");
const warped = (photo: Source): Source => async (scene, moment) =>
  onePhotoTurned(await photo(scene, moment), moment.yawDeg);
const handTurned: Source = async (scene, moment) =>
  printTurned(await still(scene, moment), 1.5 * moment.yawDeg);

// Where in the picture.

/** How much of something there is at a place, by shares of the picture's width and height. */
type Weigh = (x: number, y: number) => number;

const known = new WeakMap<Weigh, Float32Array>();

/** The weights of all pixels; kept, since all pictures are of one size. */
function weightsOf(
  { width, height }: LinearPicture,
  weigh: Weigh,
): Float32Array {
  let weights = known.get(weigh);
  if (weights?.length !== width * height) {
    weights = Float32Array.from(
      { length: width * height },
      (_, i) => weigh(i % width / width, Math.floor(i / width) / height),
    );
    known.set(weigh, weights);
  }
  return weights;
}

/** 1 inside an ellipse, 0 outside, with a soft edge; middle and radii as shares of the picture. */
function ellipse(x: number, y: number, rx: number, ry: number): Weigh {
  return (atX, atY) =>
    1 / (1 + Math.exp((Math.hypot((atX - x) / rx, (atY - y) / ry) - 1) * 20));
}

const everywhere: Weigh = () => 1;
const half: Weigh = () => 0.5;
const head = ellipse(0.5, 0.54, 0.39, 0.5);
const face = ellipse(0.5, 0.46, 0.27, 0.29);
/** Where glass shows what falls on it: 4 % as Fresnel has it, in a blurred patch. */
const glass = ellipse(0.47, 0.43, 0.4, 0.4);
/** A flat thing fades a little from side to side, as it is held. */
const held: Weigh = (x) => 1 - 0.1 * x;
const bent: Weigh = (x) => Math.cos((x - 0.47) * 2);
/** A print cut out around the person, the real wall behind it. */
const cutOut = (how: Weigh): Weigh => (x, y) =>
  0.1 + 0.9 * head(x, y) * how(x, y);

// What is done with pictures.

/** Multiplied by the asked colours: a flat thing under the screen's light, or a program's tint. */
const tinted =
  (source: Source, where: Weigh): Source => async (scene, moment) => {
    const picture = await source(scene, moment);
    const weights = weightsOf(picture, where);
    const color = moment.color.map((value) => value * scene.share);
    return makePicture(
      picture,
      (at, pixel, c) => picture.data[at]! * (1 + color[c]! * weights[pixel]!),
    );
  };

/** Shown on a screen, which reflects a little of the asked colours. */
const onScreen = (source: Source): Source => async (scene, moment) => {
  const picture = await source(scene, moment);
  const weights = weightsOf(picture, glass);
  const color = moment.color.map((value) => 0.04 * scene.share * value);
  return makePicture(
    picture,
    (at, pixel, c) => picture.data[at]! + color[c]! * weights[pixel]!,
  );
};

/** Multiplied by the asked colours as a face's mesh has it. */
const relit = (source: Source): Source => async (scene, moment) => {
  const picture = await source(scene, moment);
  const shading = await meshShading(picture);
  const color = moment.color.map((value) => value * scene.share);
  return makePicture(
    picture,
    (at, pixel, c) => picture.data[at]! * (1 + color[c]! * shading[pixel]!),
  );
};

/** One picture, and another over it where that counts. */
const blended =
  (source: Source, over: Source, where: Weigh): Source =>
  async (scene, moment) => {
    const one = await source(scene, moment);
    const other = await over(scene, moment);
    const weights = weightsOf(one, where);
    return makePicture(one, (at, pixel) => {
      const weight = weights[pixel]!;
      return one.data[at]! * (1 - weight) + other.data[at]! * weight;
    });
  };

/** Two pictures side by side. */
const beside =
  (source: Source, right: Source): Source => async (scene, moment) => {
    const [one, other] = [
      await source(scene, moment),
      await right(scene, moment),
    ];
    const { width, height } = one;
    return makePicture({ width: 2 * width, height }, (_, pixel, c) => {
      const [x, y] = [pixel % (2 * width), Math.floor(pixel / (2 * width))];
      const from = x < width ? one : other;
      return from.data[(y * width + x % width) * 3 + c]!;
    });
  };

/** Somebody who looks at the screen and follows the dot. */
export const livePerson: Instrument = {
  kind: "live person",
  light: live,
  motion: follows,
};

const morph = blended(unlit, otherStill, half);
const morphFollows = blended(follows, otherFollows, half);

/** What each shows while the light is checked, and while the dot moves. */
const rows: [kind: string, light: Source, motion: Source][] = [
  ["recording without light", unlit, recorded],
  ["recording of another sequence", recordedInOther, recorded],
  ["screen replay without light", onScreen(unlit), recorded],
  ["screen replay of another sequence", onScreen(recordedInOther), recorded],
  ["print, flat", tinted(still, held), handTurned],
  ["print, flat, cut out", tinted(still, cutOut(held)), handTurned],
  ["print, bent, cut out", tinted(still, cutOut(bent)), handTurned],
  ["one photo as a relief", still, warped(still)],
  [
    "photo pasted on a live head",
    blended(live, otherStill, face),
    blended(follows, warped(otherStill), face),
  ],
  ["half-morph of two people", morph, morphFollows],
  ["recording, frame tinted", tinted(unlit, everywhere), follows],
  ["recording, head tinted", tinted(unlit, head), follows],
  ["recording, face tinted", tinted(unlit, face), follows],
  ["relief, head tinted", tinted(still, head), warped(still)],
  ["half-morph, head tinted", tinted(morph, head), morphFollows],
  ["two people", beside(live, otherStill), beside(follows, otherStill)],
  ["recording relit by the mesh's normals", relit(unlit), follows],
  [
    "live person half blended with a photo",
    blended(live, otherStill, half),
    blended(follows, otherStill, half),
  ],
];

/** All instruments, weakest first. */
export const instruments: readonly Instrument[] = rows.map((
  [kind, light, motion],
) => ({ kind, light, motion }));
