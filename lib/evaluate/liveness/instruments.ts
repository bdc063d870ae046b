import type { LinearColor } from "../../liveness/light_sequence.ts";
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
  /** The screen's colour. */
  readonly color: LinearColor;
  /** The colour of another challenge, in which a recording was made. */
  readonly otherColor: LinearColor;
  /** How far a head turns that follows the dot, and one that follows another, degrees. */
  readonly yawDeg: number;
  readonly otherYawDeg: number;
}

/** An attack instrument species of ISO/IEC 30107-3, and what an impostor does with it. */
export interface Instrument {
  readonly kind: string;
  /** The picture while the light is checked. */
  light(scene: Scene, moment: Moment): Promise<LinearPicture>;
  /** The picture while the dot moves. */
  motion(scene: Scene, moment: Moment): Promise<LinearPicture>;
}

/** A frame under the room's light and the screen's. */
async function lit(frame: LitFrame, share: number, color: LinearColor) {
  const [room, screen] = [await frame.room(), await frame.screen()];
  return makePicture(room, (pixel, c) => {
    const at = pixel * 3 + c;
    return room.data[at]! + share * color[c]! * screen.data[at]!;
  });
}

/** The person's frame that is turned nearest to an angle. */
function turned({ all }: LitPerson, yawDeg: number): Promise<LinearPicture> {
  const nearest = all.reduce((best, frame) =>
    Math.abs(frame.yawDeg - yawDeg) < Math.abs(best.yawDeg - yawDeg)
      ? frame
      : best
  );
  return nearest.room();
}

/** Somebody who looks at the screen and follows the dot. */
export const livePerson: Instrument = {
  kind: "live person",
  light: ({ share }, { straight, color }) => lit(straight, share, color),
  motion: ({ person }, { yawDeg }) => turned(person, yawDeg),
};

type Weigh = (x: number, y: number) => number;

/** 1 inside an ellipse, 0 outside, with a soft edge; middle and radii as shares of the picture. */
function ellipse(x: number, y: number, rx: number, ry: number): Weigh {
  return (atX, atY) =>
    1 / (1 + Math.exp((Math.hypot((atX - x) / rx, (atY - y) / ry) - 1) * 20));
}

const wholeFrame: Weigh = () => 1;
const head = ellipse(0.5, 0.54, 0.39, 0.5);
const face = ellipse(0.5, 0.46, 0.27, 0.29);

/** A picture that is multiplied by coloured light, more or less from place to place. */
function times(
  picture: LinearPicture,
  share: number,
  color: LinearColor,
  weigh: Weigh,
): LinearPicture {
  const { data, width, height } = picture;
  return makePicture(picture, (pixel, c) => {
    const weight = weigh(
      pixel % width / width,
      Math.floor(pixel / width) / height,
    );
    return data[pixel * 3 + c]! * (1 + share * color[c]! * weight);
  });
}

/** What a screen's glass adds of the light that falls on it: 4 % as Fresnel has it, in a blurred patch. */
function reflect(
  picture: LinearPicture,
  share: number,
  color: LinearColor,
): LinearPicture {
  const { data, width, height } = picture;
  const patch = ellipse(0.47, 0.43, 0.4, 0.4);
  return makePicture(picture, (pixel, c) => {
    const weight = patch(
      pixel % width / width,
      Math.floor(pixel / width) / height,
    );
    return data[pixel * 3 + c]! + 0.04 * share * color[c]! * weight;
  });
}

function mix(
  one: LinearPicture,
  other: LinearPicture,
  weigh: Weigh,
): LinearPicture {
  const { width, height } = one;
  return makePicture(one, (pixel, c) => {
    const at = pixel * 3 + c;
    const weight = weigh(
      pixel % width / width,
      Math.floor(pixel / width) / height,
    );
    return one.data[at]! * (1 - weight) + other.data[at]! * weight;
  });
}

/** A flat thing fades a little from side to side, as it is held. */
const held: Weigh = (x) => 1 - 0.1 * x;
const bent: Weigh = (x) => Math.cos((x - 0.47) * 2);
/** A print cut out around the person, the real wall behind it. */
const cutOut = (how: Weigh): Weigh => (x, y) =>
  0.1 + 0.9 * head(x, y) * how(x, y);

const still = ({ person }: Scene) => person.straight[0]!.room();
const otherStill = ({ other }: Scene) => other.straight[0]!.room();
/** A recording of another sign-in. */
const recorded = ({ person }: Scene, { otherYawDeg }: Moment) =>
  turned(person, otherYawDeg);
/** A recording or a program that follows the dot. */
const follows = ({ person }: Scene, { yawDeg }: Moment) =>
  turned(person, yawDeg);
const handTurned = async (scene: Scene, { yawDeg }: Moment) =>
  printTurned(await still(scene), 1.5 * yawDeg);
const warped = async (scene: Scene, { yawDeg }: Moment) =>
  onePhotoTurned(await still(scene), yawDeg);

/** Multiplies pictures by the asked colours, as a program can that reads them off the screen. */
function tinted(
  kind: string,
  picture: (scene: Scene, moment: Moment) => Promise<LinearPicture>,
  weigh: Weigh,
  motion: Instrument["motion"],
): Instrument {
  return {
    kind,
    light: async (scene, moment) =>
      times(await picture(scene, moment), scene.share, moment.color, weigh),
    motion,
  };
}

const unlit = (_: Scene, { straight }: Moment) => straight.room();
const halfMorph = async (scene: Scene, { straight }: Moment) =>
  mix(await straight.room(), await otherStill(scene), () => 0.5);

/** All instruments, weakest first. */
export const instruments: readonly Instrument[] = [
  {
    kind: "recording without light",
    light: unlit,
    motion: recorded,
  },
  {
    kind: "recording of another sequence",
    light: ({ share }, { straight, otherColor }) =>
      lit(straight, share, otherColor),
    motion: recorded,
  },
  {
    kind: "screen replay without light",
    light: async ({ share }, { straight, color }) =>
      reflect(await straight.room(), share, color),
    motion: recorded,
  },
  {
    kind: "screen replay of another sequence",
    light: async ({ share }, { straight, color, otherColor }) =>
      reflect(await lit(straight, share, otherColor), share, color),
    motion: recorded,
  },
  {
    kind: "print, flat",
    light: async (scene, { color }) =>
      times(await still(scene), scene.share, color, held),
    motion: handTurned,
  },
  {
    kind: "print, flat, cut out",
    light: async (scene, { color }) =>
      times(await still(scene), scene.share, color, cutOut(held)),
    motion: handTurned,
  },
  {
    kind: "print, bent, cut out",
    light: async (scene, { color }) =>
      times(await still(scene), scene.share, color, cutOut(bent)),
    motion: handTurned,
  },
  {
    kind: "one photo as a relief",
    light: (scene) => still(scene),
    motion: warped,
  },
  {
    kind: "photo pasted on a live head",
    light: async (scene, { straight, color }) =>
      mix(
        await lit(straight, scene.share, color),
        await otherStill(scene),
        face,
      ),
    motion: async (scene, { yawDeg }) =>
      mix(
        await turned(scene.person, yawDeg),
        onePhotoTurned(await otherStill(scene), yawDeg),
        face,
      ),
  },
  {
    kind: "half-morph of two people",
    light: halfMorph,
    motion: async (scene, { yawDeg }) =>
      mix(
        await turned(scene.person, yawDeg),
        await turned(scene.other, yawDeg),
        () => 0.5,
      ),
  },
  tinted("recording, frame tinted", unlit, wholeFrame, follows),
  tinted("recording, head tinted", unlit, head, follows),
  tinted("recording, face tinted", unlit, face, follows),
  tinted("relief, head tinted", still, head, warped),
  tinted("half-morph, head tinted", halfMorph, head, follows),
  {
    kind: "two people",
    light: async (scene, { straight, color }) =>
      beside(await lit(straight, scene.share, color), await otherStill(scene)),
    motion: async (scene, moment) =>
      beside(await follows(scene, moment), await otherStill(scene)),
  },
  {
    kind: "recording relit by the mesh's normals",
    light: async ({ share }, { straight, color }) => {
      const picture = await straight.room();
      const shading = await meshShading(picture);
      return makePicture(
        picture,
        (pixel, c) =>
          picture.data[pixel * 3 + c]! *
          (1 + share * color[c]! * shading[pixel]!),
      );
    },
    motion: follows,
  },
  {
    kind: "live person half blended with a photo",
    light: async (scene, { straight, color }) =>
      mix(
        await lit(straight, scene.share, color),
        await otherStill(scene),
        () => 0.5,
      ),
    motion: async (scene, moment) =>
      mix(await follows(scene, moment), await otherStill(scene), () => 0.5),
  },
];

function beside(left: LinearPicture, right: LinearPicture): LinearPicture {
  const { width, height } = left;
  const data = new Float32Array(width * height * 6);
  for (let y = 0; y < height; y++) {
    const row = (from: LinearPicture) =>
      from.data.subarray(y * width * 3, (y + 1) * width * 3);
    data.set(row(left), y * width * 6);
    data.set(row(right), y * width * 6 + width * 3);
  }
  return { data, width: width * 2, height };
}
