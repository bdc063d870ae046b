import type { Box, Photo } from "../image/photo.ts";
import type { LiveFace } from "./challenge.ts";
import { type FaceMesh, type FaceMeshes, pointsOf } from "./face_mesh.ts";
import { headPose } from "./head_pose.ts";
import { sampleLight } from "./light_sample.ts";

/** A face as far as a watcher needs it. */
interface FoundFace {
  readonly box: Box;
  readonly chip: Photo;
}

/** Finds and embeds faces: a recognizer, or one that follows a video. */
interface FaceReader {
  findFaces(frame: Photo): Promise<readonly FoundFace[]>;
  embed(
    chips: readonly Photo[],
  ): Promise<readonly { readonly vector: Float32Array }[]>;
}

/** What a watcher sees in a frame. */
interface WatchedFrame {
  /** How many faces there are, as of the last frame that was searched. */
  readonly faces: number;
  /** Where the largest is, px; null when there is none. */
  readonly box: Box | null;
  readonly live: LiveFace | null;
}

/** Watches one video, its frames handed in one after the other. */
export interface Watcher {
  /** @param search look for all faces and embed the largest, which is otherwise done now and then */
  watch(frame: Photo, search: boolean): Promise<WatchedFrame>;
}

/**
 * From one searched frame to the next it is one to so many frames, six on average, drawn evenly: nobody
 * who holds up pictures can know which, and the fewest that light asks for hold one for sure.
 */
const longestGap = 11;
/** A mesh with a lower score lost its face. */
const lostBelow = 0.5;

/**
 * Follows the largest face by its mesh, and searches for faces where that is lost.
 *
 * @param random numbers in [0, 1); those of a test may be known
 */
export function createWatcher(
  reader: FaceReader,
  meshes: FaceMeshes,
  random: () => number = Math.random,
): Watcher {
  let last: FaceMesh | null = null;
  let faces = 0;
  let untilSearch = 0;
  return {
    async watch(frame, search) {
      untilSearch--;
      if (!search && last !== null && untilSearch > 0) {
        const mesh = await meshes.find(frame, last);
        if (mesh.score >= lostBelow) {
          last = mesh;
          const live = { ...lookAt(frame, mesh), vector: null };
          return { faces, box: extentOf(mesh), live };
        }
      }
      untilSearch = 1 + Math.floor(random() * longestGap);
      const all = await reader.findFaces(frame);
      faces = all.length;
      const found = all[0] ?? null;
      last = found === null ? null : await meshes.find(frame, found.box);
      if (found === null || last === null) {
        return { faces, box: null, live: null };
      }
      const [embedding] = await reader.embed([found.chip]);
      const live = { ...lookAt(frame, last), vector: embedding!.vector };
      return { faces, box: found.box, live };
    },
  };
}

function lookAt(frame: Photo, mesh: FaceMesh): Omit<LiveFace, "vector"> {
  const pose = headPose(mesh);
  return { pose, sample: sampleLight(frame, pose) };
}

/** The smallest upright rectangle around a mesh. */
function extentOf(mesh: FaceMesh): Box {
  const points = pointsOf(mesh);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
