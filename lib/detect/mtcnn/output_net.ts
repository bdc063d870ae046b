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
import type { CropNet } from "./refine_net.ts";

/**
 * O-Net: the last word on each face, with five landmarks: after the box regression five x, then
 * five y, as shares of the box.
 *
 * @throws WeightsError when onet.pt is missing or damaged.
 */
export async function loadOutputNet(): Promise<CropNet> {
  const layers = await loadLayers("onet.pt", (read) => ({
    conv1: convLayer(read, "conv1", "prelu1"),
    conv2: convLayer(read, "conv2", "prelu2"),
    conv3: convLayer(read, "conv3", "prelu3"),
    conv4: convLayer(read, "conv4", "prelu4"),
    dense5: denseLayer(read, "dense5", "prelu5"),
    dense6: joinedDenseLayer(read, ["dense6_1", "dense6_2", "dense6_3"]),
  }));
  return {
    inputPx: 48,
    outputs: 16,
    run: (input) =>
      tf.tidy(() => {
        let x = maxPoolCeil(conv(input, layers.conv1), 3);
        x = maxPoolCeil(conv(x, layers.conv2), 3);
        x = maxPoolCeil(conv(x, layers.conv3), 2);
        x = conv(x, layers.conv4);
        return dense(
          dense(flattenColumnsFirst(x), layers.dense5),
          layers.dense6,
        );
      }),
    dispose: () =>
      tf.dispose(Object.values(layers).map((layer) => ({ ...layer }))),
  };
}
