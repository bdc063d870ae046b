// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { sendFrames, Stopped, withCamera } from "./camera_run.js";
import { byId, moveTo, notice, on, setText, show } from "./elements.js";
import { Countdown, Guidance, StepList } from "./guidance.js";
import { Stage } from "./stage.js";
import {
  actionWords,
  arrowOf,
  distanceText,
  expectsWords,
  moveIntoPicture,
  refusalWords,
  startingCamera,
  verdictWords,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");
const start = byId("start", HTMLButtonElement);
const verdictView = byId("verdict");
const problemPlace = byId("problem");
const guidance = new Guidance();
const actions = new StepList(byId("actions"));
const countdown = new Countdown(
  byId("time", HTMLProgressElement),
  byId("seconds"),
);

let attempt = new AbortController();

try {
  const session = await getSession();
  show(!session.anybodyRegistered, byId("nobody"));
  const stage = new Stage(session.longestFramePx);
  on("form", "submit", () => run(stage));
  on("again", "click", () => run(stage));
  on("stop", "click", () => attempt.abort(new Stopped()));
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

/** @param {Stage} stage */
async function run(stage) {
  attempt = new AbortController();
  notice(problemPlace, "");
  enter("starting");
  guidance.begin(startingCamera);
  const problem = await withCamera(
    stage,
    attempt.signal,
    (signal) => attemptSignIn(stage, signal),
  );
  countdown.stop();
  if (problem?.kind === "no-challenge") {
    showVerdict("refused", "Not signed in", problem.message);
  } else if (problem !== null) {
    notice(problemPlace, problem.message);
  }
  if (verdictView.hidden) ready();
}

/**
 * @param {Stage} stage
 * @param {AbortSignal} signal
 */
async function attemptSignIn(stage, signal) {
  const user = byId("name", HTMLInputElement).value.trim();
  const claim = user === "" ? {} : { user };
  /** @type {Shape<"challenge">} */
  const challenge = await call("POST", "/api/challenges", claim, signal);
  enter("running");
  actions.set(challenge.actions.map((action) => actionWords[action]));
  countdown.start(challenge.timeLimitMs);
  guide(challenge, { expects: challenge.expects, done: 0 });
  /** @param {Shape<"frame">} answer */
  const take = (answer) => {
    stage.drawBox(answer.face);
    if (answer.verdict !== "pending") return false;
    guide(challenge, answer);
    guidance.hint(
      answer.faces > 1 ? "Only one face may be in the picture" : answer.advice,
    );
    return true;
  };
  const path = `/api/challenges/${encodeURIComponent(challenge.id)}/frames`;
  const { verdict } = await sendFrames(stage.camera, path, take, signal);
  countdown.stop();
  stage.close();
  if (verdict === "pending") return;
  if (verdict === "passed") return await decide(challenge, signal);
  showVerdict("refused", "Not signed in", refusalWords[verdict], verdict);
}

/**
 * @param {Shape<"challenge">} challenge
 * @param {AbortSignal} signal
 */
async function decide({ id, actions: asked }, signal) {
  enter("judging");
  actions.mark(asked.length);
  guidance.answer("");
  guidance.say("Thank you. Comparing your face…");
  const sent = { challenge: id };
  /** @type {Shape<"signIn">} */
  const answer = await call("POST", "/api/sign-ins", sent, signal);
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
 * @param {Shape<"challenge">} challenge
 * @param {Pick<Shape<"frame">, "expects" | "done"> & Partial<Shape<"frame">>} answer
 */
function guide({ actions: asked }, { expects, done, face }) {
  actions.mark(done);
  main.dataset.expects = expects;
  if (face === null) guidance.say(moveIntoPicture);
  else guidance.say(expectsWords(expects, asked[done]), arrowOf(expects));
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
  show(decision !== "refused", byId("verdict-how"));
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
  show(state === "running", byId("actions"), byId("clock"));
  if (state !== "running") delete main.dataset.expects;
}
