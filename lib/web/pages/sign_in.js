// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { Stopped, withCamera } from "./camera_run.js";
import { byId, moveTo, notice, on, setText, show } from "./elements.js";
import { Guidance } from "./guidance.js";
import { lightSkipped, LiveCheck } from "./live_check.js";
import { Stage } from "./stage.js";
import {
  distanceText,
  recordsWords,
  refusalWords,
  startingCamera,
  verdictWords,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");
const start = byId("start", HTMLButtonElement);
const gentle = byId("gentle", HTMLInputElement);
const verdictView = byId("verdict");
const problemPlace = byId("problem");
const guidance = new Guidance();

let attempt = new AbortController();
gentle.checked = matchMedia("(prefers-reduced-motion: reduce)").matches;

try {
  const session = await getSession();
  show(!session.anybodyRegistered && !session.recordsTo, byId("nobody"));
  notice(byId("records"), recordsWords(session.recordsTo));
  const stage = new Stage(session.longestFramePx);
  const check = new LiveCheck(stage, guidance);
  on("form", "submit", () => run(stage, check));
  on("again", "click", () => run(stage, check));
  on("stop", "click", () => attempt.abort(new Stopped()));
  on("skip", "click", () => attempt.abort(lightSkipped()));
  on("back", "click", ready);
  start.disabled = false;
  enter("ready");
} catch (reason) {
  if (!(reason instanceof Problem)) throw reason;
  notice(problemPlace, reason.message);
  enter("problem");
}

function ready() {
  enter("ready");
  start.focus();
}

/**
 * @param {Stage} stage
 * @param {LiveCheck} check
 */
async function run(stage, check) {
  attempt = new AbortController();
  notice(problemPlace, "");
  enter("starting");
  guidance.begin(startingCamera);
  const problem = await withCamera(
    stage,
    attempt.signal,
    (signal) => attemptSignIn(stage, check, signal),
  );
  if (problem?.kind === "light-skipped" || problem?.kind === "no-challenge") {
    showVerdict("refused", "Not signed in", problem.message, problem.kind);
  } else if (problem !== null) {
    notice(problemPlace, problem.message);
  }
  if (verdictView.hidden) ready();
}

/**
 * @param {Stage} stage
 * @param {LiveCheck} check
 * @param {AbortSignal} signal
 */
async function attemptSignIn(stage, check, signal) {
  const user = byId("name", HTMLInputElement).value.trim();
  const asked = {
    ...(user === "" ? {} : { user }),
    gentle: gentle.checked,
  };
  enter("running");
  const { id, verdict } = await check.run(asked, signal);
  stage.close();
  if (verdict === "pending") return;
  if (verdict === "passed") return await decide(id, signal);
  showVerdict("refused", "Not signed in", refusalWords[verdict], verdict);
}

/**
 * @param {string} challenge
 * @param {AbortSignal} signal
 */
async function decide(challenge, signal) {
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
 * @param {"ready" | "starting" | "running" | "judging" | "accepted" | "rejected" | "refused" | "problem"} state
 */
function enter(state) {
  main.dataset.state = state;
  const busy = ["starting", "running", "judging"].includes(state);
  const decided = ["accepted", "rejected", "refused"].includes(state);
  show(!busy && !decided, byId("form"));
  show(busy, byId("challenge"));
  show(decided, verdictView);
}
