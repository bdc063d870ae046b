// @ts-check
/// <reference lib="dom" />
import { call, Problem } from "./api.js";
import { pause } from "./pause.js";
/** @import { Camera } from "./camera.js" */

/** At most ten frames a second. */
const leastFrameMs = 100;

/** How often a frame is offered while the server is at work on the one before. */
const patience = 15;

/**
 * Sends one camera frame after the other, the next when the previous answer is here.
 *
 * @template Answer
 * @param {Camera} camera
 * @param {string} path
 * @param {(answer: Answer) => boolean} take false ends it
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>} the last answer; rejects with the signal's reason, a CameraProblem or a Problem
 */
export async function sendFrames(camera, path, take, signal) {
  for (;;) {
    const startedAtMs = performance.now();
    signal.throwIfAborted();
    const frame = await camera.frame();
    const answer = await send(path, frame, signal);
    signal.throwIfAborted();
    if (!take(answer)) return answer;
    const leftMs = leastFrameMs - (performance.now() - startedAtMs);
    if (leftMs > 0) await pause(leftMs, signal);
  }
}

/**
 * Sends a frame. After a stop and a quick start the server may still look at the frame before;
 * it is given the time to end that.
 *
 * @param {string} path
 * @param {Blob} frame
 * @param {AbortSignal} signal
 */
async function send(path, frame, signal) {
  for (let asked = 1;; asked++) {
    try {
      return await call("POST", path, frame, signal);
    } catch (reason) {
      const early = reason instanceof Problem &&
        reason.kind === "one-at-a-time" && asked < patience;
      if (!early) throw reason;
      await pause(2 * leastFrameMs, signal);
    }
  }
}
