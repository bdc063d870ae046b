import type { Box, Photo } from "../image/photo.ts";
import { allOrNone, tf } from "../engine/tensors/backend.ts";
import { type GraphModel, loadGraph } from "../engine/tensors/graph_model.ts";
import type { PassiveScores } from "./passive_scores.ts";

/** How much larger than the detected box the square is that the networks look at. */
const enlargement = 1.4;
/** The square is first cut at this size, px. */
const cutPx = 256;
/** Sides of the networks' inputs, px. */
const inputPx = { antispoof: 128, liveness: 32 };

/** The two networks that judge a single frame. */
export interface PassiveNetworks {
  /**
   * @param photo a camera frame
   * @param box of the face in it, px
   */
  score(photo: Photo, box: Box): Promise<PassiveScores>;
  /** Frees the networks' tensors. */
  dispose(): void;
}

/**
 * Loads the networks `antispoof` and `liveness` of the npm package @vladmandic/human 3.3.6.
 *
 * Cut and scaling are that package's own: the detector's box enlarged by 1.4 (src/config.ts,
 * blazeface.ts), made square, cut at 256 px and divided by 255 (facemeshutil.ts: squarifyBox,
 * cutAndResize), then resized to each network's input and the first output read (antispoof.ts,
 * liveness.ts). One thing differs: the box is this project's detector's, not BlazeFace's.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createPassiveNetworks(): Promise<PassiveNetworks> {
  const [antispoof, liveness] = await allOrNone<[GraphModel, GraphModel]>([
    loadGraph("antispoof"),
    loadGraph("liveness"),
  ]);
  return {
    async score(photo, box) {
      const face = cutFace(photo, box);
      try {
        const scores = [
          run(antispoof, face, inputPx.antispoof),
          run(liveness, face, inputPx.liveness),
        ] as const;
        const [first, second] = await Promise.all(scores);
        return { antispoof: first, liveness: second };
      } finally {
        face.dispose();
      }
    },
    dispose() {
      antispoof.dispose();
      liveness.dispose();
    },
  };
}

/** The square around a box, [1, 256, 256, 3] in 0..1; black beyond the photo's edge. */
function cutFace({ data, width, height }: Photo, box: Box): tf.Tensor4D {
  const half = Math.max(box.width, box.height) * enlargement / 2;
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const [left, top, right, bottom] = [x - half, y - half, x + half, y + half]
    .map(Math.round) as [number, number, number, number];
  return tf.tidy(() => {
    const image = tf.tensor4d(Float32Array.from(data), [1, height, width, 3]);
    const corners = [
      top / height,
      left / width,
      bottom / height,
      right / width,
    ];
    const cut = tf.image.cropAndResize(image, [corners], [0], [cutPx, cutPx]);
    return tf.div(cut, 255);
  });
}

async function run(
  network: GraphModel,
  face: tf.Tensor4D,
  sidePx: number,
): Promise<number> {
  const output = tf.tidy(() =>
    network.execute(tf.image.resizeBilinear(face, [sidePx, sidePx]))
  ) as tf.Tensor2D;
  const [first] = await output.data();
  output.dispose();
  return first!;
}
