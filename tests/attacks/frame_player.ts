import process from "node:process";
import { decodePhoto } from "../../lib/image/decode.ts";
import {
  advance,
  type Challenge,
  startChallenge,
} from "../../lib/liveness/challenge.ts";
import type { FaceMeshes } from "../../lib/liveness/face_mesh.ts";
import { createWatcher } from "../../lib/liveness/watcher.ts";
import type { Recognizer } from "../../lib/recognize/recognizer.ts";

/** The networks that look at frames. */
export interface Networks {
  readonly recognizer: Recognizer;
  readonly meshes: FaceMeshes;
}

/** What playing frames cost. */
export interface FrameCost {
  frames: number;
  /** Processor time, ms. */
  cpuMs: number;
}

/** When a frame was taken and received, as the server has it. */
type FrameTimes = Pick<
  Parameters<typeof advance>[1],
  "atMs" | "workMs" | "shownMs"
>;

/**
 * Follows one challenge through its frames as the server does, and adds what that costs.
 *
 * @returns what takes a frame, and says where the challenge stands then
 */
export function createPlayer(
  { recognizer, meshes }: Networks,
  terms: Omit<Challenge["terms"], "samePersonDistance">,
  cost: FrameCost,
  random?: () => number,
): (jpeg: Uint8Array, times: FrameTimes) => Promise<Challenge> {
  const samePersonDistance = recognizer.defaultThreshold;
  const watcher = createWatcher(recognizer, meshes, random);
  let challenge = startChallenge({ ...terms, samePersonDistance }, 0);
  return async (jpeg, times) => {
    const before = process.cpuUsage();
    const photo = await decodePhoto(jpeg);
    const search = challenge.stage === "straight";
    const { faces, live: face } = await watcher.watch(photo, search);
    const { width, height } = photo;
    challenge = advance(challenge, { ...times, faces, face, width, height });
    const { user, system } = process.cpuUsage(before);
    cost.cpuMs += (user + system) / 1000;
    cost.frames++;
    return challenge;
  };
}
