// @ts-check
/// <reference lib="dom" />
import { Problem } from "./api.js";
import { sendFrames, Stopped, withCamera } from "./camera_run.js";
import { byId, on, setText, show } from "./elements.js";
import { Guidance, StepList } from "./guidance.js";
import { lightSkipped, LiveCheck } from "./live_check.js";
import { Stage } from "./stage.js";
import {
  arrowOf,
  moveIntoPicture,
  poseWords,
  refusalWords,
  startingCamera,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */

/**
 * What the page does when the captures move on.
 *
 * @typedef {object} CaptureEvents
 * @property {(running: boolean) => void} onRunning the camera went on or off
 * @property {() => void} onKept one more picture is kept
 * @property {() => void} onComplete every pose is taken
 * @property {(problem: Problem) => void} onProblem
 */

/** The captures of a registration by camera: one pose after the other, each judged by the server. */
export class GuidedCapture {
  /** How many pictures the camera has given so far. */
  kept = 0;
  #path = "";
  #id = "";
  #liveFirst = false;
  /** @type {Shape<"registration">["poses"]} */
  #poses = [];
  #attempt = new AbortController();
  #start = byId("start");
  #view = byId("challenge");
  #guidance = new Guidance();
  #list = new StepList(byId("poses"));

  /**
   * @param {number} longestFramePx
   * @param {CaptureEvents} events
   */
  constructor(longestFramePx, events) {
    this.events = events;
    this.stage = new Stage(longestFramePx);
    this.check = new LiveCheck(this.stage, this.#guidance);
    on("start", "click", () => this.#run());
    on("stop", "click", () => {
      this.stop();
      this.#start.focus();
    });
    on("skip", "click", () => this.#attempt.abort(lightSkipped()));
  }

  /** Whether pictures are taken: not before the live check, where it is asked for. */
  get ready() {
    return !this.#liveFirst;
  }

  /**
   * @param {string} path the registration's
   * @param {Shape<"registration">} registration
   */
  prepare(path, { id, poses, liveFirst }) {
    this.#path = path;
    this.#id = id;
    this.#liveFirst = liveFirst;
    this.#poses = poses;
    show(liveFirst, byId("live-first"));
    this.kept = 0;
    this.stage.tell(null);
    this.#list.set(poses.map((pose) => poseWords[pose].short));
    this.#list.mark(0, false);
    setText(
      "progress",
      `${poses.length} pictures, each taken by itself when it is good.`,
    );
  }

  stop() {
    this.#attempt.abort(new Stopped());
  }

  async #run() {
    this.#attempt = new AbortController();
    this.#enter(true);
    this.#guidance.begin(startingCamera);
    let complete = false;
    /** @param {Shape<"capture">} answer */
    const take = (answer) => {
      complete = answer.due === null;
      this.#take(answer);
      return !complete;
    };
    const problem = await withCamera(
      this.stage,
      this.#attempt.signal,
      async (signal) => {
        if (this.#liveFirst) await this.#prove(signal);
        const path = `${this.#path}/captures`;
        await sendFrames(this.stage.camera, () => path, take, signal);
      },
    );
    this.#enter(false);
    if (problem !== null) this.events.onProblem(problem);
    if (complete) this.events.onComplete();
  }

  /**
   * Passes the live check, once for a registration.
   *
   * @param {AbortSignal} signal
   * @throws {Problem} when it is refused
   */
  async #prove(signal) {
    const gentle = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const asked = { registration: this.#id, gentle };
    const { verdict } = await this.check.run(asked, signal);
    if (verdict === "pending") return;
    if (verdict !== "passed") throw new Problem(verdict, refusalWords[verdict]);
    this.#liveFirst = false;
    show(false, byId("live-first"));
  }

  /** @param {Shape<"capture">} answer */
  #take({ taken, due, face, advice }) {
    this.stage.drawBox(face);
    const count = this.#poses.length;
    const done = due === null ? count : this.#poses.indexOf(due);
    this.#list.mark(done);
    if (taken) {
      this.kept += 1;
      const progress = due === null
        ? "All pictures are taken. Saving them…"
        : `Picture ${done} of ${count} taken.`;
      setText("progress", progress);
      this.events.onKept();
    }
    if (due === null) return;
    this.#view.dataset.due = due;
    if (face === null) this.#guidance.say(moveIntoPicture);
    else this.#guidance.say(poseWords[due].words, arrowOf(due));
    if (taken) this.#guidance.answer("Good.");
    else this.#guidance.hint(advice);
  }

  /** @param {boolean} running */
  #enter(running) {
    show(running, this.#view);
    show(!running, this.#start);
    this.#start.textContent = this.kept > 0
      ? "Go on with the camera"
      : "Start the camera";
    if (!running) this.#list.mark(this.kept, false);
    this.events.onRunning(running);
  }
}
