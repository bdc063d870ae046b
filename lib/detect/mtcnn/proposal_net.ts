import { tf } from "../../engine/tensors/backend.ts";
import { conv, convLayer, loadLayers, maxPoolCeil } from "./layers.ts";

/** Numbers that P-Net gives for each place: no face, face, and four of the box regression. */
export const proposalChannels = 6;

/** P-Net: looks at every 12 px square, 2 px apart. */
export interface ProposalNet {
  /** [1, h, w, 3] in -1..1 to [rows, columns, 6]. */
  run(input: tf.Tensor4D): tf.Tensor3D;
  dispose(): void;
}

/** @throws WeightsError when pnet.pt is missing or damaged. */
export async function loadProposalNet(): Promise<ProposalNet> {
  const layers = await loadLayers("pnet.pt", (read) => {
    const joined = ["weight", "bias"].map((part) => {
      const [face, box] = [read(`conv4_1.${part}`), read(`conv4_2.${part}`)];
      const data = new Float32Array([...face.data, ...box.data]);
      return { shape: [proposalChannels, ...face.shape.slice(1)], data };
    });
    return {
      conv1: convLayer(read, "conv1", "prelu1"),
      conv2: convLayer(read, "conv2", "prelu2"),
      conv3: convLayer(read, "conv3", "prelu3"),
      conv4: convLayer(
        (name) => joined[name === "conv4.weight" ? 0 : 1]!,
        "conv4",
      ),
    };
  });
  return {
    run: (input) =>
      tf.tidy(() => {
        let x = maxPoolCeil(conv(input, layers.conv1), 2);
        x = conv(conv(x, layers.conv2), layers.conv3);
        return tf.squeeze(conv(x, layers.conv4), [0]);
      }),
    dispose: () =>
      tf.dispose(Object.values(layers).map((layer) => ({ ...layer }))),
  };
}
