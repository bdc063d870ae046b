// face-api requires TensorFlow.js as a whole, which only the tests install: it is the oracle of what runs here.
import "npm:@tensorflow/tfjs@4.22.0";
import * as module from "@vladmandic/face-api/dist/face-api.node-wasm.js";
import { startBackend, tf } from "../../lib/engine/tensors/backend.ts";
import { readModelFile } from "../../lib/engine/weights/model_files.ts";

/** What this project uses of a face-api network. */
interface FaceApiNet {
  loadFromWeightMap(weights: tf.NamedTensorMap): void;
  dispose(throwOnRedispose?: boolean): void;
}

/** Stands in for face-api's NetInput where the batch is already of the network's size. */
interface ReadyInput {
  toBatchTensor(): tf.Tensor4D;
}

/** SSD MobileNet V1: boxes [n, 4] as top, left, bottom, right in 0..1, scores [n]. */
export interface SsdNet extends FaceApiNet {
  forwardInput(
    input: ReadyInput,
  ): { boxes: tf.Tensor2D[]; scores: tf.Tensor1D[] };
}

/** Tiny YOLO v2: faces of a picture that fits its square input. */
export interface TinyNet extends FaceApiNet {
  locateFaces(
    input: tf.Tensor3D,
    options: { inputSize: number; scoreThreshold: number },
  ): Promise<
    {
      box: { x: number; y: number; width: number; height: number };
      score: number;
    }[]
  >;
}

/** 68 landmarks: [n, 136] as x, y in 0..1 of the 112 px input. */
interface LandmarkNet extends FaceApiNet {
  readonly faceFeatureExtractor: {
    forwardInput(input: ReadyInput): tf.Tensor4D;
  };
  runNet(features: tf.Tensor4D): tf.Tensor2D;
}

/** FaceRecognitionNet: [n, 150, 150, 3] RGB 0..255 to [n, 128]. */
interface RecognitionNet extends FaceApiNet {
  forwardInput(input: ReadyInput): tf.Tensor2D;
}

/** face-api's own chains of calls, which only measuring uses. */
interface AllFaces {
  withFaceLandmarks(): {
    withFaceDescriptors(): Promise<{ descriptor: Float32Array }[]>;
  };
}

interface SingleFace {
  withFaceLandmarks(): {
    withFaceDescriptor(): Promise<{ descriptor: Float32Array } | undefined>;
  };
}

interface FaceApi {
  nets: Record<
    "ssdMobilenetv1" | "faceLandmark68Net" | "faceRecognitionNet",
    FaceApiNet
  >;
  detectAllFaces(input: tf.Tensor3D): AllFaces;
  detectSingleFace(input: tf.Tensor3D): SingleFace;
  SsdMobilenetv1: new () => SsdNet;
  TinyFaceDetector: new () => TinyNet;
  FaceLandmark68Net: new () => LandmarkNet;
  FaceRecognitionNet: new () => RecognitionNet;
}

/**
 * The networks of @vladmandic/face-api, typed by what is used here: the only build that loads in
 * Deno ships loose types, so this one cast keeps `any` out of the rest.
 */
export const faceApi = module as unknown as FaceApi;

/**
 * Gives a network its weights. The network owns the tensors until its `dispose()`.
 *
 * @param model for example "ssd_mobilenetv1_model"
 */
export async function loadFaceApiNet<T extends FaceApiNet>(
  net: T,
  model: string,
): Promise<T> {
  await startBackend();
  const list = await readModelFile(`${model}-weights_manifest.json`);
  const groups: tf.io.WeightsManifestConfig = JSON.parse(
    new TextDecoder().decode(list),
  );
  const { buffer } = await readModelFile(`${model}.bin`);
  const entries = groups.flatMap(({ weights }) => weights);
  net.loadFromWeightMap(tf.io.decodeWeights(buffer, entries));
  return net;
}
