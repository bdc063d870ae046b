// @ts-check
/// <reference lib="dom" />
import { call, getSession, isProblem } from "./api.js";
import { CameraRun } from "./camera_run.js";
import {
  byId,
  guarded,
  moveTo,
  notice,
  on,
  setText,
  show,
  showProblem,
} from "./elements.js";
import { LiveCheck } from "./live_check.js";
import {
  distanceText,
  recordsWords,
  refusalWords,
  verdictWords,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");
const start = byId("start", HTMLButtonElement);
const gentle = byId("gentle", HTMLInputElement);
const verdictView = byId("verdict");

gentle.checked = matchMedia("(prefers-reduced-motion: reduce)").matches;

await guarded(async () => {
  const session = await getSession();
  show(!session.anybodyRegistered && !session.recordsTo, byId("nobody"));
  notice(byId("records"), recordsWords(session.recordsTo));
  const camera = new CameraRun(session.longestFramePx);
  const check = new LiveCheck(camera);
  on("form", "submit", () => run(check));
  on("again", "click", () => run(check));
  on("back", "click", ready);
  start.disabled = false;
  enter("ready");
});

function ready() {
  enter("ready");
  start.focus();
}

/** @param {LiveCheck} check */
async function run(check) {
  notice(byId("problem"), "");
  enter("starting");
  const problem = await check.camera.run(() => signIn(check));
  if (isProblem(problem, "light-skipped", "no-challenge")) {
    showVerdict("refused", "Not signed in", problem.message, problem.kind);
  } else if (problem !== null) showProblem(problem);
  if (verdictView.hidden) ready();
}

/** @param {LiveCheck} check */
async function signIn(check) {
  const user = byId("name", HTMLInputElement).value.trim();
  const asked = {
    ...(user === "" ? {} : { user }),
    gentle: gentle.checked,
  };
  enter("running");
  const { id, verdict } = await check.run(asked);
  check.camera.stage.close();
  if (verdict === "pending") return;
  if (verdict === "passed") return await decide(id, check.camera);
  showVerdict("refused", "Not signed in", refusalWords[verdict], verdict);
}

/**
 * @param {string} challenge
 * @param {CameraRun} camera
 */
async function decide(challenge, { guidance, signal }) {
  enter("judging");
  guidance.answer("");
  guidance.say("Thank you. Comparing your face…");
  /** @type {Shape<"signIn">} */
  const answer = await call("POST", "/api/sign-ins", { challenge }, signal);
  showVerdict(answer.decision, verdictWords(answer), answer.reason);
  const { decision, distance, threshold } = answer;
  // The page "How it decides" tells of an acceptance's distance.
  if (decision === "accepted" || distance === null) return;
  notice(
    byId("verdict-distance"),
    `Distance ${distanceText(distance)}, threshold ${distanceText(threshold)}.`,
  );
}

/**
 * @param {"accepted" | "rejected" | "refused"} decision
 * @param {string} title
 * @param {string} reason
 * @param {string} [refusal]
 */
function showVerdict(decision, title, reason, refusal = "") {
  setText("verdict-title", title);
  setText("verdict-reason", reason);
  notice(byId("verdict-distance"), "");
  show(refusal !== "light-skipped", byId("verdict-how"));
  show(decision !== "accepted", byId("again"));
  setText("back", decision === "accepted" ? "Done" : "Back");
  Object.assign(verdictView.dataset, { decision, refusal });
  enter(decision);
  moveTo(byId("verdict-title"));
}

/**
 * Shows the part of the page that belongs to a state.
 *
 * @param {"ready" | "starting" | "running" | "judging" | "accepted" | "rejected" | "refused"} state
 */
function enter(state) {
  main.dataset.state = state;
  const busy = ["starting", "running", "judging"].includes(state);
  const decided = ["accepted", "rejected", "refused"].includes(state);
  show(!busy && !decided, byId("form"));
  show(busy, byId("challenge"));
  show(decided, verdictView);
}
