// @ts-check
/// <reference lib="dom" />
import { Announcer } from "./announcer.js";
import { Stopped, withCamera } from "./attempt.js";
import { byId, moveTo, show } from "./elements.js";
import { sendFrames } from "./frames.js";
import { Stage } from "./stage.js";
import { StepList } from "./step_list.js";
import {
  arrowOf,
  moveIntoPicture,
  poseWords,
  sentence,
  startingCamera,
} from "./words.js";
/** @import { Problem } from "./api.js" */
/** @import { Capture, Pose } from "./shapes.d.ts" */

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
  /** @type {Pose[]} */
  #poses = [];
  #attempt = new AbortController();
  #start = byId("start", HTMLButtonElement);
  #stop = byId("stop", HTMLButtonElement);
  #view = byId("capture", HTMLElement);
  #arrow = byId("arrow", HTMLElement);
  #progress = byId("progress", HTMLElement);
  #guidance = new Announcer(byId("guidance", HTMLElement));
  #hint = new Announcer(byId("hint", HTMLElement));
  #list = new StepList(byId("poses", HTMLOListElement));

  /**
   * @param {number} longestFramePx
   * @param {CaptureEvents} events
   */
  constructor(longestFramePx, events) {
    this.events = events;
    this.stage = new Stage(longestFramePx);
    this.#start.addEventListener("click", () => this.#run());
    this.#stop.addEventListener("click", () => {
      this.stop();
      this.#start.focus();
    });
  }

  /**
   * @param {string} path the registration's
   * @param {Pose[]} poses
   */
  prepare(path, poses) {
    this.#path = path;
    this.#poses = poses;
    this.kept = 0;
    this.stage.tell(null);
    this.#list.set(poses.map((pose) => poseWords[pose].short));
    this.#list.mark(0, false);
    this.#progress.textContent =
      `${poses.length} pictures, each taken by itself when it is good.`;
  }

  stop() {
    this.#attempt.abort(new Stopped());
  }

  async #run() {
    this.#attempt = new AbortController();
    this.#enter(true);
    this.#arrow.textContent = "";
    this.#hint.say("");
    this.#guidance.say(startingCamera);
    moveTo(this.#guidance.region);
    let complete = false;
    const problem = await withCamera(
      this.stage,
      this.#attempt.signal,
      async (signal) => {
        await sendFrames(
          this.stage.camera,
          `${this.#path}/captures`,
          (/** @type {Capture} */ answer) => {
            complete = answer.due === null;
            this.#take(answer);
            return !complete;
          },
          signal,
        );
      },
    );
    this.#enter(false);
    if (problem !== null) this.events.onProblem(problem);
    if (complete) this.events.onComplete();
  }

  /** @param {Capture} answer */
  #take({ taken, due, face, advice }) {
    this.stage.overlay.draw(face);
    const done = due === null ? this.#poses.length : this.#poses.indexOf(due);
    this.#list.mark(done);
    if (taken) {
      this.kept += 1;
      this.#progress.textContent = due === null
        ? "All pictures are taken. Saving them…"
        : `Picture ${done} of ${this.#poses.length} taken.`;
      this.events.onKept();
    }
    if (due === null) return;
    this.#view.dataset.due = due;
    this.#arrow.textContent = face === null ? "" : arrowOf(due);
    this.#guidance.say(face === null ? moveIntoPicture : poseWords[due].words);
    if (taken) this.#hint.say("Good.");
    else this.#hint.hint(sentence(advice));
  }

  /** @param {boolean} running */
  #enter(running) {
    show(running, this.#view, this.#stop);
    show(!running, this.#start);
    this.#start.textContent = this.kept > 0
      ? "Go on with the camera"
      : "Start the camera";
    if (!running) this.#list.mark(this.kept, false);
    this.events.onRunning(running);
  }
}
