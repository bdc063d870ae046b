// @ts-check
/// <reference lib="dom" />
import { call, isProblem, pause, Problem } from "./api.js";
import { CameraProblem } from "./camera.js";
import { on } from "./elements.js";
import { Guidance } from "./guidance.js";
import { Stage } from "./stage.js";
import { skippedWords, startingCamera } from "./words.js";

/** At most fifteen frames a second. */
const leastFrameMs = 66;

/** So many frames in a row may be refused because the server is at work. */
const patience = 30;

/** The person pressed Stop; nothing needs to be said. */
class Stopped extends Error {}

/** The camera at work on a page, from Start until it is done, stopped or lost. */
export class CameraRun {
  guidance = new Guidance();
  #stopped = new AbortController();
  /** Aborted with the reason when it is stopped or the camera is lost. */
  signal = this.#stopped.signal;

  /** @param {number} longestFramePx */
  constructor(longestFramePx) {
    this.stage = new Stage(longestFramePx);
    on("stop", "click", () => this.stop());
    on("skip", "click", () => {
      // There is no way in without the light.
      this.stop(new Problem("light-skipped", skippedWords));
    });
  }

  stop(reason = new Stopped()) {
    this.#stopped.abort(reason);
  }

  /**
   * Runs work with the camera on, and switches the camera off however it ends. What went wrong with
   * the camera is told at the stage.
   *
   * @param {() => Promise<void>} work
   * @returns {Promise<Problem | null>} the server's refusal, which the page shows; null without
   */
  async run(work) {
    const { stage } = this;
    this.#stopped = new AbortController();
    this.guidance.begin(startingCamera);
    try {
      await stage.open();
      this.signal = AbortSignal.any([
        this.#stopped.signal,
        stage.camera.ended,
      ]);
      await work();
      return null;
    } catch (reason) {
      if (reason instanceof Problem) return reason;
      if (reason instanceof CameraProblem) stage.tell(reason.kind);
      else if (!(reason instanceof Stopped)) throw reason;
      return null;
    } finally {
      stage.close();
    }
  }

  /**
   * Sends one camera frame after the other, the next when the previous answer is here. One that a busy
   * server refuses is not sent again: what it shows is over.
   *
   * @template Answer
   * @param {() => string} path asked for at the moment of each frame
   * @param {(answer: Answer) => boolean} take false ends it
   * @returns {Promise<Answer>} the last answer; rejects with the signal's reason, a CameraProblem or a Problem
   */
  async send(path, take) {
    const { signal, stage: { camera } } = this;
    for (let refused = 0;;) {
      const startedAtMs = performance.now();
      signal.throwIfAborted();
      const to = path();
      const frame = await camera.frame();
      /** @type {Answer | void} */
      const answer = await call("POST", to, frame, signal).catch((reason) => {
        const waits = isProblem(reason, "one-at-a-time", "busy");
        if (!waits || ++refused === patience) throw reason;
        return pause(refusedMs(reason), signal);
      });
      signal.throwIfAborted();
      if (answer === undefined) continue;
      if (!take(answer)) return answer;
      refused = 0;
      const leftMs = leastFrameMs - (performance.now() - startedAtMs);
      if (leftMs > 0) await pause(leftMs, signal);
    }
  }
}

/**
 * How long to wait for a server that cannot take a frame now: it may have too many to look at, or,
 * after a stop and a quick start, still look at the one before.
 *
 * @param {Problem} reason
 */
function refusedMs({ kind, retryAfterS }) {
  return kind === "busy" ? 1000 * retryAfterS : 2 * leastFrameMs;
}
