// @ts-check
/// <reference lib="dom" />
import { Announcer } from "./announcer.js";
import { call, getSession, Problem } from "./api.js";
import { Stopped, withCamera } from "./attempt.js";
import { Countdown } from "./countdown.js";
import { byId, distanceText, moveTo, notice, show } from "./elements.js";
import { sendFrames } from "./frames.js";
import { Stage } from "./stage.js";
import { StepList } from "./step_list.js";
import {
  actionWords,
  arrowOf,
  challengeHint,
  expectsWords,
  moveIntoPicture,
  refusalWords,
  startingCamera,
  verdictWords,
} from "./words.js";
/** @import { Challenge, FrameAnswer, SignIn } from "./shapes.d.ts" */

const main = byId("main", HTMLElement);
const form = byId("form", HTMLFormElement);
const name = byId("name", HTMLInputElement);
const start = byId("start", HTMLButtonElement);
const challengeView = byId("challenge", HTMLElement);
const verdictView = byId("verdict", HTMLElement);
const problemPlace = byId("problem", HTMLElement);
const arrow = byId("arrow", HTMLElement);
const guidance = new Announcer(byId("guidance", HTMLElement));
const hint = new Announcer(byId("hint", HTMLElement));
const actions = new StepList(byId("actions", HTMLOListElement));
const countdown = new Countdown(
  byId("time", HTMLProgressElement),
  byId("seconds", HTMLElement),
);

let attempt = new AbortController();

await begin();

async function begin() {
  try {
    const session = await getSession();
    show(!session.anybodyRegistered, byId("nobody", HTMLElement));
    const stage = new Stage(session.longestFramePx);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(stage);
    });
    byId("again", HTMLButtonElement).addEventListener(
      "click",
      () => run(stage),
    );
    byId("stop", HTMLButtonElement).addEventListener(
      "click",
      () => attempt.abort(new Stopped()),
    );
    byId("back", HTMLButtonElement).addEventListener("click", () => {
      enter("ready");
      start.focus();
    });
    start.disabled = false;
    enter("ready");
  } catch (reason) {
    if (!(reason instanceof Problem)) throw reason;
    notice(problemPlace, reason.message);
    enter("problem");
  }
}

/** @param {Stage} stage */
async function run(stage) {
  attempt = new AbortController();
  notice(problemPlace, "");
  enter("starting");
  guidance.say(startingCamera);
  moveTo(guidance.region);
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
  const decided = !verdictView.hidden;
  if (!decided) {
    enter("ready");
    start.focus();
  }
}

/**
 * @param {Stage} stage
 * @param {AbortSignal} signal
 */
async function attemptSignIn(stage, signal) {
  const user = name.value.trim();
  /** @type {Challenge} */
  const challenge = await call(
    "POST",
    "/api/challenges",
    user === "" ? {} : { user },
    signal,
  );
  enter("running");
  actions.set(challenge.actions.map((action) => actionWords[action]));
  countdown.start(challenge.timeLimitMs);
  guide(challenge, { expects: challenge.expects, done: 0 });
  const { verdict } = await sendFrames(
    stage.camera,
    `/api/challenges/${encodeURIComponent(challenge.id)}/frames`,
    (/** @type {FrameAnswer} */ answer) => {
      stage.overlay.draw(answer.face);
      if (answer.verdict !== "pending") return false;
      guide(challenge, answer);
      hint.hint(hintOf(answer));
      return true;
    },
    signal,
  );
  countdown.stop();
  stage.close();
  if (verdict === "pending") return;
  if (verdict === "passed") return await decide(challenge, signal);
  showVerdict("refused", "Not signed in", refusalWords[verdict], verdict);
}

/**
 * @param {Challenge} challenge
 * @param {AbortSignal} signal
 */
async function decide(challenge, signal) {
  enter("judging");
  actions.mark(challenge.actions.length);
  arrow.textContent = "";
  hint.say("");
  guidance.say("Thank you. Comparing your face…");
  /** @type {SignIn} */
  const answer = await call("POST", "/api/sign-ins", {
    challenge: challenge.id,
  }, signal);
  showVerdict(answer.decision, verdictWords(answer), answer.reason);
  // The reason of an acceptance tells the distance itself.
  if (answer.decision === "accepted" || answer.distance === null) return;
  const place = byId("verdict-distance", HTMLElement);
  place.textContent = `Distance ${distanceText(answer.distance)}, threshold ${
    distanceText(answer.threshold)
  }.`;
  show(true, place);
}

/**
 * @param {Challenge} challenge
 * @param {Pick<FrameAnswer, "expects" | "done"> & Partial<FrameAnswer>} answer
 */
function guide({ actions: asked }, { expects, done, face }) {
  actions.mark(done);
  main.dataset.expects = expects;
  const lost = face === null;
  arrow.textContent = lost ? "" : arrowOf(expects);
  guidance.say(lost ? moveIntoPicture : expectsWords(expects, asked[done]));
}

/** @param {FrameAnswer} answer */
function hintOf({ face, faces }) {
  if (faces > 1) return "Only one face may be in the picture";
  return challengeHint(face?.advice ?? []);
}

/**
 * @param {"accepted" | "rejected" | "refused"} decision
 * @param {string} title
 * @param {string} reason
 * @param {string} [refusal]
 */
function showVerdict(decision, title, reason, refusal = "") {
  const heading = byId("verdict-title", HTMLElement);
  heading.textContent = title;
  byId("verdict-reason", HTMLElement).textContent = reason;
  show(false, byId("verdict-distance", HTMLElement));
  show(decision !== "refused", byId("verdict-how", HTMLElement));
  show(decision !== "accepted", byId("again", HTMLElement));
  byId("back", HTMLElement).textContent = decision === "accepted"
    ? "Done"
    : "Back";
  verdictView.dataset.decision = decision;
  verdictView.dataset.refusal = refusal;
  enter(decision);
  moveTo(heading);
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
  show(!busy && !decided, form);
  show(busy, challengeView);
  show(decided, verdictView);
  show(
    state === "running",
    byId("actions", HTMLElement),
    byId("clock", HTMLElement),
  );
  if (state === "starting") {
    arrow.textContent = "";
    hint.say("");
  }
  if (state !== "running") delete main.dataset.expects;
}
