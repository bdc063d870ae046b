// @ts-check
/// <reference lib="dom" />
import { call } from "./api.js";
import { pause } from "./pause.js";
/** @import { Camera } from "./camera.js" */

/** At most ten frames a second. */
const leastFrameMs = 100;

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
    const answer = await call("POST", path, frame, signal);
    signal.throwIfAborted();
    if (!take(answer)) return answer;
    const leftMs = leastFrameMs - (performance.now() - startedAtMs);
    if (leftMs > 0) await pause(leftMs, signal);
  }
}
