// @ts-check
/** @import { Shape } from "../schemas.ts" */
/** @import { CameraTrouble } from "./camera.js" */

/** Every sentence that the pages say about the camera, the challenge and the captures. */

/** @typedef {Shape<"challenge">["policy"]} Policy */
/** @typedef {Shape<"frame">["stage"]} LiveStage */
/** @typedef {NonNullable<Shape<"frame">["placing"]>} Placing */
/** @typedef {Exclude<Shape<"frame">["verdict"], "pending" | "passed">} Refusal */
/** @typedef {Shape<"registration">["poses"][number]} Pose */

/** @type {Record<CameraTrouble, { title: string, todo: string }>} */
export const cameraWords = {
  insecure: {
    title: "This address may not use the camera",
    todo:
      "Browsers give the camera only to https:// addresses and to this computer itself. Open this page at https://, or at http://127.0.0.1 on the computer that runs the server.",
  },
  absent: {
    title: "No camera found",
    todo:
      "Connect a camera, or use a phone or computer that has one, then try again.",
  },
  refused: {
    title: "The camera is not allowed",
    todo:
      "Allow the camera for this page: open the camera or lock symbol beside the address, choose Allow, then try again.",
  },
  busy: {
    title: "The camera does not start",
    todo:
      "Another program may be using it. Close video calls and other tabs that use the camera, then try again.",
  },
  lost: {
    title: "The camera was lost",
    todo:
      "It was unplugged or switched off, or its permission was taken away. Connect it again, then try again.",
  },
  hidden: {
    title: "The camera was switched off",
    todo:
      "That happens when this page goes out of sight. Start again when you are ready.",
  },
};

/** @type {{ stage: LiveStage, words: string }[]} */
const allSteps = [
  { stage: "straight", words: "Look straight" },
  { stage: "light", words: "Hold still in coloured light" },
  { stage: "motion", words: "Follow the dot" },
];

/**
 * The steps of a challenge, in order, as the list of steps says them.
 *
 * @param {Policy} policy
 */
export function liveSteps(policy) {
  const asked = ["straight", ...policy.split("+")];
  return allSteps.filter(({ stage }) => asked.includes(stage));
}

/** @type {Record<LiveStage, string>} What the person should do now. */
export const stageWords = {
  straight: "Look straight at the camera",
  light: "Hold still and keep looking at the camera",
  motion: "Follow the dot: turn your head",
  done: "Thank you",
};

/** @type {Record<Placing, string>} What keeps a face from being seen well. */
export const placingWords = {
  "nobody": "Move your face into the picture",
  "come-closer": "Come closer",
  "move-back": "Move back a little; your neck must be in the picture",
  "to-the-middle": "Move to the middle; your neck must be in the picture",
  "look-straight": "Look straight at the camera",
};

/**
 * Where to turn the head, for whoever does not see the dot: one word, so that it is heard in time.
 *
 * @param {number} place of the dot, -1 to 1
 */
export function turnWords(place) {
  if (place < -0.5) return "Left";
  return place > 0.5 ? "Right" : "Straight";
}

/** What is said to whoever skips the light. */
export const skippedWords =
  "This needs the coloured light. Whoever runs this page can set live=motion, which asks for the dot only, or let you in another way.";

/**
 * "1 photo", "2 photos".
 *
 * @param {number} count
 * @param {string} thing
 */
export function counted(count, thing) {
  return `${count.toLocaleString()} ${thing}${count === 1 ? "" : "s"}`;
}

/**
 * A distance or threshold as far as it means anything: three decimals, no idle zeros.
 *
 * @param {number} distance
 */
export function distanceText(distance) {
  return String(Number(distance.toFixed(3)));
}

export const startingCamera =
  "Starting the camera. Allow it if your browser asks.";

/** @type {Record<Refusal, string>} */
export const refusalWords = {
  "no-face":
    "Your face left the picture. Keep it in the picture the whole time, in even light.",
  "several-faces":
    "More than one face was in the picture. Only you should be in view, with no portraits or screens behind you.",
  "another-person":
    "The face changed on the way. The same person must be in view from start to end.",
  "too-late": "Time ran out. Follow the words as soon as they change.",
  "out-of-step":
    "The pictures came too late or out of order. Try again; a slow connection may be the cause.",
  "too-few-frames":
    "Too few pictures of your face in the light reached the server. Hold still, look straight, and try again.",
  "overexposed":
    "The camera shows your face as plain white, or without your neck. Move back a little, or find softer light.",
  "too-bright":
    "The screen's light cannot be seen on your face. Turn the screen up, come closer to it, turn away from the window or dim the lamps, and try again.",
  "other-light":
    "Your face did not follow this screen's colours. Look at this very screen, with no other changing light on you.",
  "flat":
    "The light fell on you as on something flat. Face the camera yourself, without a lamp right beside it.",
  "only-the-face":
    "The light ended with your face. Show your neck, and keep scarves and hands away from your chin.",
  "too-few-turns":
    "Too few pictures of your movements reached the server. Try again.",
  "other-movement":
    "Your head did not follow the dot. Turn your head with it, as soon as it moves.",
  "hardly-turned":
    "Your head hardly turned. Turn it further, not only your eyes.",
};

/**
 * The verdict in a few words; the reason is the server's sentence.
 *
 * @param {Shape<"signIn">} answer
 */
export function verdictWords({ decision, user }) {
  if (decision === "rejected") return "Not signed in";
  return user === null ? "Signed in" : `Signed in as ${user}`;
}

/** @type {Record<Pose, { short: string, arrow: string, words: string }>} An arrow points as the person sees the turn in the mirrored picture. */
export const poseWords = {
  straight: {
    short: "Straight",
    arrow: "",
    words: "Look straight at the camera",
  },
  left: {
    short: "Left",
    arrow: "←",
    words: "Turn your head a little to your left",
  },
  right: {
    short: "Right",
    arrow: "→",
    words: "Turn your head a little to your right",
  },
  up: { short: "Up", arrow: "↑", words: "Raise your chin a little" },
  down: { short: "Down", arrow: "↓", words: "Lower your chin a little" },
};

/**
 * How the live check ended, one sentence.
 *
 * @param {Shape<"liveness">} live
 */
export function liveWords({ policy, verdict }) {
  if (verdict === "passed") {
    return policy === "off"
      ? "This server asks for no live check: any picture of a face will do."
      : "You passed the live check.";
  }
  const words = Object.entries(refusalWords)
    .find(([refusal]) => refusal === verdict);
  return words?.[1] ?? "The live check was not passed.";
}

/**
 * What the live check measured, and what it needs.
 *
 * @param {Shape<"liveness">} live
 * @returns {{ measure: string, seen: string, needed: string }[]}
 */
export function liveRows({ light, motion, limits }) {
  /** @param {string} measure @param {number} seen @param {number} needed */
  const row = (measure, seen, needed) => ({
    measure,
    seen: distanceText(seen),
    needed: `${distanceText(needed)} or more`,
  });
  return [
    ...(light === null ? [] : [
      row(
        "Your face followed the colours (correlation)",
        light.follows,
        limits.follows,
      ),
      row(
        "The screen's light over the room's",
        light.response,
        limits.response,
      ),
      row("Relief: how unevenly a face answers", light.relief, limits.relief),
      row("Your neck's answer over your face's", light.neck, limits.neck),
    ]),
    ...(motion === null ? [] : [
      row(
        "Your head followed the dot (correlation)",
        motion.follows,
        limits.motionFollows,
      ),
      row("How far it turned, degrees", motion.turnDeg, limits.turnDeg),
    ]),
  ];
}

/**
 * What the lab keeps, empty where there is none.
 *
 * @param {string | null} folder
 */
export function recordsWords(folder) {
  return folder === null
    ? ""
    : `This server records: every picture of this sign-in is kept in its folder ${folder}, to measure the live check with. Press Start only if you agree. Nobody is signed in.`;
}
