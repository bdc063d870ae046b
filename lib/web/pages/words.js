// @ts-check
/** @import { Action, Expects, Pose, Refusal, SignIn } from "./shapes.d.ts" */
/** @import { CameraTrouble } from "./camera.js" */

/** Every sentence that the pages say about the camera, the challenge and the captures. */

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
  switch (expects) {
    case "look-straight":
      return "Look straight at the camera";
    case "turn-left":
      return "Slowly turn your head to your left";
    case "turn-right":
      return "Slowly turn your head to your right";
    case "blink":
      return "Close your eyes for a moment";
    case "mouth-open":
      return "Open your mouth wide";
    case "return":
      return returnWords(doing);
    case "nothing":
      return "Hold still";
  }
}

/** @param {Action | undefined} doing */
function returnWords(doing) {
  if (doing === "blink") return "Open your eyes and look straight";
  if (doing === "mouth-open") return "Close your mouth and look straight";
  return "Slowly look straight again";
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
  if (turn === "turn-left" || turn === "left") return "←";
  if (turn === "turn-right" || turn === "right") return "→";
  if (turn === "up") return "↑";
  if (turn === "down") return "↓";
  return "";
}

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
 * Advice as a sentence.
 *
 * @param {string} text
 */
export function sentence(text) {
  if (text === "") return "";
  const begun = text[0]?.toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/**
 * What a person could do better during a challenge. That the face is turned is no fault there:
 * the challenge asks for it.
 *
 * @param {string[]} advice worst first
 */
export function challengeHint(advice) {
  return sentence(advice.find((text) => !text.includes("turned")) ?? "");
}

/**
 * The verdict in a few words; the reason is the server's sentence.
 *
 * @param {SignIn} answer
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
