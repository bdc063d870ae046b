// @ts-check
/// <reference lib="dom" />
import { call, isProblem, pause, Problem } from "./api.js";
import { CameraProblem } from "./camera.js";
/** @import { Camera } from "./camera.js" */
/** @import { Stage } from "./stage.js" */

/** At most fifteen frames a second. */
const leastFrameMs = 66;

/** How often a frame is offered while the server is at work on the one before. */
const patience = 15;

/** The person pressed Stop; nothing needs to be said. */
export class Stopped extends Error {}

/**
 * Runs work with the camera on, and switches the camera off however it ends. What went wrong with
 * the camera is told at the stage.
 *
 * @param {Stage} stage
 * @param {AbortSignal} stopped
 * @param {(signal: AbortSignal) => Promise<void>} work its signal is aborted when the camera is lost, too
 * @returns {Promise<Problem | null>} the server's refusal, which the page shows; null without
 */
export async function withCamera(stage, stopped, work) {
  try {
    await stage.open();
    await work(AbortSignal.any([stopped, stage.camera.ended]));
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
 * Sends one camera frame after the other, the next when the previous answer is here.
 *
 * @template Answer
 * @param {Camera} camera
 * @param {() => string} path asked for at the moment of each frame
 * @param {(answer: Answer) => boolean} take false ends it
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>} the last answer; rejects with the signal's reason, a CameraProblem or a Problem
 */
export async function sendFrames(camera, path, take, signal) {
  for (;;) {
    const startedAtMs = performance.now();
    signal.throwIfAborted();
    const to = path();
    const answer = await send(to, await camera.frame(), signal);
    signal.throwIfAborted();
    if (!take(answer)) return answer;
    const leftMs = leastFrameMs - (performance.now() - startedAtMs);
    if (leftMs > 0) await pause(leftMs, signal);
  }
}

/**
 * Sends a frame. After a stop and a quick start the server may still look at the frame before, or
 * it may have too many to look at; it is given time.
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
      const early = isProblem(reason, "one-at-a-time") ||
        isProblem(reason, "busy");
      if (!early || asked >= patience) throw reason;
      await pause(2 * leastFrameMs, signal);
    }
  }
}
