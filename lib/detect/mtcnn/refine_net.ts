import { tf } from "../../engine/tensors/backend.ts";
import {
  conv,
  convLayer,
  dense,
  denseLayer,
  flattenColumnsFirst,
  joinedDenseLayer,
  loadLayers,
  maxPoolCeil,
} from "./layers.ts";

/** A network that judges crops of faces. */
export interface CropNet {
  /** Side of its square input, px. */
  readonly inputPx: number;
  /** Numbers for each crop: no face, face, four of the box regression, then landmarks if any. */
  readonly outputs: number;
  /** [n, inputPx, inputPx, 3] in -1..1 to [n, outputs]. */
  run(input: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/** R-Net: refuses most proposals and moves the others. @throws WeightsError when rnet.pt is missing or damaged. */
export async function loadRefineNet(): Promise<CropNet> {
  const layers = await loadLayers("rnet.pt", (read) => ({
    conv1: convLayer(read, "conv1", "prelu1"),
    conv2: convLayer(read, "conv2", "prelu2"),
    conv3: convLayer(read, "conv3", "prelu3"),
    dense4: denseLayer(read, "dense4", "prelu4"),
    dense5: joinedDenseLayer(read, ["dense5_1", "dense5_2"]),
  }));
  return {
    inputPx: 24,
    outputs: 6,
    run: (input) =>
      tf.tidy(() => {
        let x = maxPoolCeil(conv(input, layers.conv1), 3);
        x = maxPoolCeil(conv(x, layers.conv2), 3);
        x = conv(x, layers.conv3);
        return dense(
          dense(flattenColumnsFirst(x), layers.dense4),
          layers.dense5,
        );
      }),
    dispose: () =>
      tf.dispose(Object.values(layers).map((layer) => ({ ...layer }))),
  };
}
