// @ts-check
/** @import { Shape } from "../schemas.ts" */
/** @import { CameraTrouble } from "./camera.js" */

/** Every sentence that the pages say about the camera, the challenge and the captures. */

/** @typedef {Shape<"challenge">["actions"][number]} Action */
/** @typedef {Shape<"challenge">["expects"]} Expects */
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

/** @type {Record<Action, string>} */
export const actionWords = {
  "turn-left": "Turn your head left",
  "turn-right": "Turn your head right",
  "blink": "Close your eyes",
  "mouth-open": "Open your mouth",
};

/**
 * What the person should do now, in a challenge.
 *
 * @param {Expects} expects
 * @param {Action | undefined} doing the action that "return" ends
 */
export function expectsWords(expects, doing) {
  return expects === "return" ? returnWords(doing) : expectedWords[expects];
}

/** @type {Record<Exclude<Expects, "return">, string>} */
const expectedWords = {
  "look-straight": "Look straight at the camera",
  "turn-left": "Slowly turn your head to your left",
  "turn-right": "Slowly turn your head to your right",
  "blink": "Close your eyes for a moment",
  "mouth-open": "Open your mouth wide",
  "nothing": "Hold still",
};

/** @param {Action | undefined} doing */
function returnWords(doing) {
  if (doing === "blink") return "Open your eyes and look straight";
  if (doing === "mouth-open") return "Close your mouth and look straight";
  return "Slowly look straight again";
}

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

export const moveIntoPicture = "Move your face into the picture";

/**
 * Arrow for a turn as the person sees it in the mirrored picture.
 *
 * @param {Expects | Pose | null} turn
 */
export function arrowOf(turn) {
  return arrows.find(([turns]) => turns.includes(turn ?? ""))?.[1] ?? "";
}

/** @type {[string[], string][]} */
const arrows = [
  [["turn-left", "left"], "←"],
  [["turn-right", "right"], "→"],
  [["up"], "↑"],
  [["down"], "↓"],
];

/** @type {Record<Refusal, string>} */
export const refusalWords = {
  "no-face":
    "Your face left the picture. Keep it in the picture the whole time, in even light.",
  "several-faces":
    "More than one face was in the picture. Only you should be in view, with no portraits or screens behind you.",
  "another-person":
    "The face changed on the way. The same person must be in view from start to end.",
  "wrong-action":
    "You did another movement than the one asked for. Follow the words one at a time.",
  "jumped":
    "Your face jumped from one position to another. Move slowly and evenly.",
  "too-late": "Time ran out. Make each movement as soon as it is asked for.",
  "looks-like-a-picture":
    "What the camera saw looks like a picture or a screen. Face the camera yourself, in even light, without a lamp behind you.",
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

/** @type {Record<Pose, { short: string, words: string }>} */
export const poseWords = {
  straight: { short: "Straight", words: "Look straight at the camera" },
  left: { short: "Left", words: "Turn your head a little to your left" },
  right: { short: "Right", words: "Turn your head a little to your right" },
  up: { short: "Up", words: "Raise your chin a little" },
  down: { short: "Down", words: "Lower your chin a little" },
};
