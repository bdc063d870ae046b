import {
  FaceSignInError,
  NoFaceError,
  PhotoError,
  WeightsError,
} from "../errors.ts";
import type { PhotoDescription } from "./describe_photo.ts";

/** To a worker: first what to start with, then jobs, one at a time. */
export type ToWorker<Start, Job> =
  | { readonly start: Start }
  | { readonly job: Job };

/** From a worker: that it is ready and what it says of itself, then an answer to each job. */
export type FromWorker<Answer, Ready = unknown> =
  | { readonly ready: Ready }
  | { readonly answer: Answer }
  | { readonly error: SentError };

/** A photo that waits for a worker. */
export interface PhotoJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly embed: "largest" | "all";
}

/** An error as it crosses from a worker: classes do not. */
export interface SentError {
  readonly kind: string;
  readonly message: string;
}

const errorClasses = {
  photo: PhotoError,
  "no-face": NoFaceError,
  weights: WeightsError,
};

/** Makes an error ready to send. */
export function toSent(error: unknown): SentError {
  return error instanceof FaceSignInError
    ? { kind: error.kind, message: error.message }
    : {
      kind: "unforeseen",
      message: error instanceof Error
        ? error.stack ?? error.message
        : String(error),
    };
}

/** The error that was sent, of its class where that is one a photo can cause. */
export function fromSent({ kind, message }: SentError): Error {
  const known = Object.entries(errorClasses).find(([name]) => name === kind);
  return known === undefined ? new Error(message) : new known[1](message);
}

/** Everything large in a description, to be moved instead of copied. */
export function buffersOf(
  { faces, embeddings }: PhotoDescription,
): ArrayBuffer[] {
  const buffers = [
    ...faces.map(({ chip }) => chip.data.buffer),
    ...embeddings.map(({ vector }) => vector.buffer),
  ];
  return [...new Set(buffers)].filter((buffer) =>
    buffer instanceof ArrayBuffer
  );
}
