// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { sendFrames, Stopped, withCamera } from "./camera_run.js";
import { byId, moveTo, notice, on, setText, show } from "./elements.js";
import { Countdown, Guidance, StepList } from "./guidance.js";
import { LiveScreen } from "./live_screen.js";
import { Stage } from "./stage.js";
import {
  distanceText,
  liveSteps,
  placingWords,
  recordsWords,
  refusalWords,
  skippedWords,
  stageWords,
  startingCamera,
  turnWords,
  verdictWords,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");
const start = byId("start", HTMLButtonElement);
const gentle = byId("gentle", HTMLInputElement);
const screen = new LiveScreen();
const verdictView = byId("verdict");
const problemPlace = byId("problem");
const guidance = new Guidance();
const steps = new StepList(byId("actions"));
const countdown = new Countdown(
  byId("time", HTMLProgressElement),
  byId("seconds"),
);

let attempt = new AbortController();
let skipped = false;
gentle.checked = matchMedia("(prefers-reduced-motion: reduce)").matches;

try {
  const session = await getSession();
  show(!session.anybodyRegistered && !session.recordsTo, byId("nobody"));
  notice(byId("records"), recordsWords(session.recordsTo));
  const stage = new Stage(session.longestFramePx);
  on("form", "submit", () => run(stage));
  on("again", "click", () => run(stage));
  on("stop", "click", () => attempt.abort(new Stopped()));
  on("skip", "click", () => {
    skipped = true;
    attempt.abort(new Stopped());
  });
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
  skipped = false;
  notice(problemPlace, "");
  enter("starting");
  guidance.begin(startingCamera);
  const problem = await withCamera(
    stage,
    attempt.signal,
    (signal) => attemptSignIn(stage, signal),
  );
  countdown.stop();
  screen.stop();
  if (skipped) {
    showVerdict("refused", "Not signed in", skippedWords, "light-skipped");
  } else if (problem?.kind === "no-challenge") {
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
  const asked = {
    ...(user === "" ? {} : { user }),
    gentle: gentle.checked,
  };
  /** @type {Shape<"challenge">} */
  const challenge = await call("POST", "/api/challenges", asked, signal);
  enter("running");
  steps.set(liveSteps(challenge.policy).map(({ words }) => words));
  countdown.start(challenge.timeLimitMs);
  guide(challenge, "straight", null);
  /** @param {Shape<"frame">} answer */
  const take = (answer) => {
    if (answer.verdict !== "pending") return false;
    stage.drawBox(answer.stage === "straight" ? answer.face : null);
    guide(challenge, answer.stage, answer.placing);
    showStage(answer);
    if (answer.faces > 1) guidance.hint("Only one face may be in the picture");
    return true;
  };
  const path = () => {
    const shown = screen.shownMs;
    return `/api/challenges/${encodeURIComponent(challenge.id)}/frames` +
      (shown === null ? "" : `?shownMs=${Math.round(shown)}`);
  };
  const { verdict } = await sendFrames(stage.camera, path, take, signal);
  countdown.stop();
  screen.stop();
  stage.close();
  if (verdict === "pending") return;
  if (verdict === "passed") return await decide(challenge, signal);
  showVerdict("refused", "Not signed in", refusalWords[verdict], verdict);
}

/**
 * Shows what the stage asks for, from its first answer on.
 *
 * @param {Shape<"frame">} answer
 */
function showStage({ stage, light, path }) {
  if (main.dataset.expects === stage) return;
  main.dataset.expects = stage;
  show(stage !== "motion", byId("skip"));
  if (light !== null) screen.shine(light);
  if (path !== null) {
    screen.move(path, (place) => {
      // At the usual pace the words would lag behind the dot.
      if (gentle.checked) guidance.answer(turnWords(place));
    });
  }
}

/**
 * @param {Shape<"challenge">} challenge
 * @param {AbortSignal} signal
 */
async function decide({ id, policy }, signal) {
  enter("judging");
  steps.mark(liveSteps(policy).length);
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
 * @param {Shape<"frame">["stage"]} stage
 * @param {Shape<"frame">["placing"]} placing
 */
function guide({ policy }, stage, placing) {
  steps.mark(liveSteps(policy).findIndex((step) => step.stage === stage));
  guidance.say(
    stage === "straight" && placing !== null
      ? placingWords[placing]
      : stageWords[stage],
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
  show(state === "running", byId("actions"), byId("clock"));
  show(state === "running", byId("skip"));
  if (state !== "running") delete main.dataset.expects;
}
