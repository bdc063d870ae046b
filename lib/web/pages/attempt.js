// @ts-check
/// <reference lib="dom" />
import { Problem } from "./api.js";
import { CameraProblem } from "./camera.js";
/** @import { Stage } from "./stage.js" */

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
