/**
 * Converts facenet-pytorch's pnet.pt, rnet.pt and onet.pt to models/mtcnn, in the format of
 * TensorFlow.js (a list of tensors and a file of float32):
 * `deno run -A tests/engine/weights/convert_mtcnn.ts FOLDER && deno fmt models`.
 */
import { openTorchFile } from "../../../lib/engine/weights/torch_file.ts";
import {
  type ReadTensor,
  torchFilter,
} from "../../../lib/engine/tensors/pack_conv.ts";

/** A tensor as models/mtcnn has it, in C order. */
interface Converted {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** What is one layer there: the original's parts, whose outputs lie side by side, and its PReLU. */
const layers: Record<string, Record<string, [string[], string?]>> = {
  pnet: {
    conv1: [["conv1"], "prelu1"],
    conv2: [["conv2"], "prelu2"],
    conv3: [["conv3"], "prelu3"],
    conv4: [["conv4_1", "conv4_2"]],
  },
  rnet: {
    conv1: [["conv1"], "prelu1"],
    conv2: [["conv2"], "prelu2"],
    conv3: [["conv3"], "prelu3"],
    dense4: [["dense4"], "prelu4"],
    dense5: [["dense5_1", "dense5_2"]],
  },
  onet: {
    conv1: [["conv1"], "prelu1"],
    conv2: [["conv2"], "prelu2"],
    conv3: [["conv3"], "prelu3"],
    conv4: [["conv4"], "prelu4"],
    dense5: [["dense5"], "prelu5"],
    dense6: [["dense6_1", "dense6_2", "dense6_3"]],
  },
};
/** Side of the picture that the first fully connected layer of R-Net and O-Net looks at, px. */
const flattenedPx = 3;

/** All tensors of the three networks, in the file's order. */
export function convertMtcnn(folder: string): Converted[] {
  return Object.entries(layers).flatMap(([net, parts]) => {
    const file = openTorchFile(`${folder}/${net}.pt`);
    const read: ReadTensor = (name) => ({
      shape: file.shapes.get(name)!,
      data: file.read(name),
    });
    const isFirstDense = (name: string) =>
      name === Object.keys(parts).find((each) => each.startsWith("dense"));
    const converted = Object.entries(parts).flatMap(
      ([name, [names, prelu]]) => {
        const joined = joinedFilters(
          names.map((each) => torchFilter(read, each)),
        );
        const filters = isFirstDense(name) ? rowsFirst(joined) : joined;
        const biases = names.flatMap((each) => [...read(`${each}.bias`).data]);
        const slopes = prelu === undefined ? [] : [{
          name: `${net}/${name}/slopes`,
          ...read(`${prelu}.weight`),
        }];
        return [
          { name: `${net}/${name}/filters`, ...filters },
          {
            name: `${net}/${name}/bias`,
            shape: [biases.length],
            data: Float32Array.from(biases),
          },
          ...slopes,
        ];
      },
    );
    file.close();
    return converted;
  });
}

type Filter = ReturnType<typeof torchFilter>;

/** Filters of the same size side by side along their outputs. */
function joinedFilters(filters: readonly Filter[]) {
  const outputs = filters.map(({ shape }) => shape[3]!);
  const total = outputs.reduce((sum, each) => sum + each, 0);
  const rows = filters[0]!.data.length / outputs[0]!;
  const data = Float32Array.from({ length: rows * total }, (_, i) => {
    let out = i % total;
    const part = outputs.findIndex((each) =>
      out < each || (out -= each, false)
    );
    return filters[part]!.data[Math.floor(i / total) * outputs[part]! + out]!;
  });
  return { shape: [...filters[0]!.shape.slice(0, 3), total], data };
}

/** The original flattens a picture columns first, as its weights came from MATLAB. */
function rowsFirst({ shape, data }: { shape: number[]; data: Float32Array }) {
  const [, , inputs, outputs] = shape as [number, number, number, number];
  const channels = inputs / flattenedPx ** 2;
  const turned = new Float32Array(data.length);
  for (let y = 0; y < flattenedPx; y++) {
    for (let x = 0; x < flattenedPx; x++) {
      const from = (x * flattenedPx + y) * channels * outputs;
      const to = (y * flattenedPx + x) * channels * outputs;
      turned.set(data.subarray(from, from + channels * outputs), to);
    }
  }
  return { shape, data: turned };
}

if (import.meta.main) {
  const tensors = convertMtcnn(Deno.args[0]!);
  const place = (name: string) =>
    new URL(`../../../models/mtcnn/${name}`, import.meta.url);
  const bytes = tensors.map(({ data }) => new Uint8Array(data.buffer));
  Deno.writeFileSync(
    place("mtcnn.bin"),
    new Uint8Array(await new Blob(bytes).arrayBuffer()),
  );
  const weights = tensors.map(({ name, shape }) => ({
    name,
    shape,
    dtype: "float32",
  }));
  Deno.writeTextFileSync(
    place("mtcnn-weights_manifest.json"),
    JSON.stringify([{ weights, paths: ["mtcnn.bin"] }], null, 1) + "\n",
  );
}
