import * as Plot from "@observablehq/plot";
import { ink } from "./figure.ts";

const blue = "#14639e";
const paper = "#faf6ee";
const orange = "#b3470b";

/** Blue for the scale's low end, paper for its middle, orange for its high end. */
export function divergingColor(
  low: number,
  middle: number,
  high: number,
): Plot.ScaleOptions {
  return {
    type: "linear",
    domain: [low, middle, high],
    range: [blue, paper, orange],
    interpolate: "rgb",
    clamp: true,
  };
}

/** A bar of a scale's colours with its ends and middle named, to stand beside a map. */
export function colorBar(
  { domain, ...color }: Plot.ScaleOptions,
  names: readonly [low: string, middle: string, high: string],
  height: number,
): Plot.PlotOptions {
  const values = domain as number[];
  const [low, , high] = values as [number, number, number];
  const step = (high - low) / 44;
  const steps = Array.from({ length: 44 }, (_, i) => low + i * step);
  return {
    width: 150,
    height,
    margin: 8,
    marginRight: 126,
    x: { axis: null, domain: [0, 1] },
    color: { domain, ...color },
    marks: [
      Plot.rect(steps, {
        x1: 0,
        x2: 1,
        y1: (value) => value,
        y2: (value) => value + step,
        fill: (value) => value + step / 2,
        insetTop: -0.3,
      }),
      Plot.axisY(values, {
        anchor: "right",
        label: null,
        tickFormat: (_, i) => names[i]!,
        tickSize: 5,
        color: ink.text,
      }),
    ],
  };
}
