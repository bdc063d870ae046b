// @ts-check
/// <reference lib="dom" />
import { Problem } from "./api.js";
import { CameraRun } from "./camera_run.js";
import { byId, on, setText, show } from "./elements.js";
import { StepList } from "./guidance.js";
import { LiveCheck } from "./live_check.js";
import { placingWords, poseWords, refusalWords } from "./words.js";
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
  #start = byId("start");
  #view = byId("challenge");
  #list = new StepList(byId("poses"));

  /**
   * @param {number} longestFramePx
   * @param {CaptureEvents} events
   */
  constructor(longestFramePx, events) {
    this.events = events;
    this.camera = new CameraRun(longestFramePx);
    this.check = new LiveCheck(this.camera);
    on("start", "click", () => this.#run());
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
    this.camera.stage.tell(null);
    this.#list.set(poses.map((pose) => poseWords[pose].short));
    this.#list.mark(0, false);
    setText(
      "progress",
      `${poses.length} pictures, each taken by itself when it is good.`,
    );
  }

  async #run() {
    this.#enter(true);
    let complete = false;
    /** @param {Shape<"capture">} answer */
    const take = (answer) => {
      complete = answer.due === null;
      this.#take(answer);
      return !complete;
    };
    const problem = await this.camera.run(async () => {
      if (this.#liveFirst) await this.#prove();
      await this.camera.send(() => `${this.#path}/captures`, take);
    });
    this.#enter(false);
    if (problem !== null) this.events.onProblem(problem);
    if (complete) this.events.onComplete();
    else if (problem === null) this.#start.focus({ preventScroll: true });
  }

  /**
   * Passes the live check, once for a registration.
   *
   * @throws {Problem} when it is refused
   */
  async #prove() {
    const gentle = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const asked = { registration: this.#id, gentle };
    const { verdict } = await this.check.run(asked);
    if (verdict === "pending") return;
    if (verdict !== "passed") throw new Problem(verdict, refusalWords[verdict]);
    this.#liveFirst = false;
    show(false, byId("live-first"));
  }

  /** @param {Shape<"capture">} answer */
  #take({ taken, due, face, advice }) {
    const { guidance, stage } = this.camera;
    stage.drawBox(face);
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
    const { words, arrow } = poseWords[due];
    if (face === null) guidance.say(placingWords.nobody);
    else guidance.say(words, arrow);
    if (taken) guidance.answer("Good.");
    else guidance.hint(advice);
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
