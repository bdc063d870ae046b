import type { HeadPose } from "./head_pose.ts";
import { dot, mean, residuals } from "./least_squares.ts";
import { faceCells, frameCells, type LightSample } from "./light_sample.ts";
import { type Track, valuesAt } from "./track.ts";

/** A frame that was taken while the screen showed a sequence. */
export interface LitFrame {
  /** When it was taken, ms since the sequence began. */
  readonly atMs: number;
  readonly pose: HeadPose;
  readonly sample: LightSample;
  /** Size of the frame, px. */
  readonly width: number;
  readonly height: number;
}

/** Red, green and blue of something, each over the frames. */
export type Series = readonly (readonly number[])[];

/** Light over the frames, the camera's exposure and white balance taken out. */
interface LightSeries {
  /** The frames that can be read. */
  readonly frames: readonly LitFrame[];
  /** Cells of the face that none of them shows overexposed, and the light of each. */
  readonly cells: readonly number[];
  readonly face: readonly Series[];
  readonly neck: Series;
}

/** A frame can be read when this share of the face's cells is not overexposed in it. */
const mostlyWhole = 0.75;

const channels = [0, 1, 2] as const;

/** The cells of the face that no frame shows overexposed. */
function wholeCells(frames: readonly LitFrame[]): number[] {
  return Array.from({ length: faceCells.side ** 2 }, (_, cell) => cell)
    .filter((cell) =>
      frames.every(({ sample }) => !Number.isNaN(sample.face[cell * 3]!))
    );
}

/** Reads the light of the face and the neck off the frames that are not overexposed and show the neck. */
export function lightSeries(given: readonly LitFrame[]): LightSeries {
  const frames = given.filter((frame) =>
    !Number.isNaN(frame.sample.neck[0]!) &&
    wholeCells([frame]).length >= mostlyWhole * faceCells.side ** 2
  );
  const gains = cameraGains(frames);
  const series = (light: (frame: LitFrame, c: number) => number): Series =>
    channels.map((c) =>
      frames.map((frame, i) => light(frame, c) / gains[c]![i]!)
    );
  const cells = wholeCells(frames);
  return {
    frames,
    cells,
    face: cells.map((cell) =>
      series(({ sample }, c) => sample.face[cell * 3 + c]!)
    ),
    neck: series(({ sample }, c) => sample.neck[c]!),
  };
}

/** Cells darker than this are noise, linear light. */
const darkest = 0.004;

/**
 * What the camera's automatic did to each channel of each frame: the median over the background's
 * cells of their light over their mean. The background lies beside the head wherever it moved to.
 */
function cameraGains(frames: readonly LitFrame[]): Series {
  const { across, down } = frameCells;
  const beside: number[] = [];
  for (let cell = 0; cell < across * down; cell++) {
    const x = (cell % across + 0.5) / across;
    const y = (Math.floor(cell / across) + 0.5) / down;
    const outside = frames.every(({ pose, width, height }) =>
      Math.abs(x * width - pose.originX) > 1.4 * pose.scalePx &&
      y * height < pose.originY + 0.6 * pose.scalePx
    );
    if (outside) beside.push(cell);
  }
  return channels.map((c) => {
    const lights = beside.map((cell) =>
      frames.map(({ sample }) => sample.frame[cell * 3 + c]!)
    ).filter((light) => mean(light) > darkest);
    return frames.map((_, i) => {
      const ratios = lights.map((light) => light[i]! / mean(light));
      return ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? 1;
    });
  });
}

/** What is left of a series when time and the head's movements are taken out by least squares. */
export function withoutPose(
  frames: readonly LitFrame[],
  values: readonly number[],
): number[] {
  const terms = frames.map(({ atMs, width, height, pose }) => [
    1,
    atMs / 1000,
    pose.yawDeg / 10,
    pose.pitchDeg / 10,
    pose.originX / width,
    pose.originY / height,
  ]);
  return residuals(terms, values);
}

/** The colours that a sequence asks for in the frames, if the camera shows it so much later, and what answers them. */
export class AskedLight {
  /** Their changes, time and pose taken out. */
  readonly changes: Series;
  /** Their mean, and how much they change: a channel that hardly changes counts little. */
  readonly #means: readonly number[];
  readonly #weights: readonly number[];

  constructor(frames: readonly LitFrame[], sequence: Track, delayMs: number) {
    const colors = frames.map(({ atMs }) => valuesAt(sequence, atMs - delayMs));
    const series = channels.map((c) => colors.map((color) => color[c]!));
    this.changes = series.map((values) => withoutPose(frames, values));
    this.#means = series.map(mean);
    this.#weights = this.changes.map((change) => dot(change, change));
  }

  /** The light that the white screen adds, by least squares. */
  added(light: Series): number {
    return sum(light.map((values, c) => dot(this.changes[c]!, values))) /
      sum(this.#weights);
  }

  /** The light that the dark screen leaves. */
  steady(light: Series): number {
    const added = this.added(light);
    return sum(
      light.map((values, c) =>
        this.#weights[c]! * (mean(values) - added * this.#means[c]!)
      ),
    ) / sum(this.#weights);
  }

  /** What is left of light when all that follows the asked colours is taken out, channel by channel. */
  without(light: Series): Series {
    return light.map((values, c) => {
      const change = this.changes[c]!;
      const share = dot(change, values) / this.#weights[c]!;
      return values.map((value, i) => value - share * change[i]!);
    });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
