import * as Plot from "@observablehq/plot";
import { tickStep } from "d3-array";
import type { Evaluation } from "./evaluation.ts";
import type { ErrorRates } from "./error_rates.ts";
import { colours, type LabelledPlot, percent } from "./figure_frame.ts";
import { normalQuantile } from "./intervals.ts";
import { countBelow, type SortedScores } from "./pair_scores.ts";

/** How far apart genuine and impostor pairs lie: share of each kind per step of distance. */
export function histogramPlot(
  scores: SortedScores,
  threshold?: number,
): LabelledPlot {
  const lowest = Math.min(scores.genuine[0] ?? 0, scores.impostor[0] ?? 0);
  const highest = Math.max(
    scores.genuine.at(-1) ?? 1,
    scores.impostor.at(-1) ?? 1,
  );
  const step = tickStep(lowest, highest || 1, 50);
  const first = Math.floor(lowest / step);
  const steps = Math.floor(highest / step) - first + 1;
  const bars = (values: Float32Array, colour: string) =>
    Array.from({ length: steps }, (_, i) => {
      const from = (first + i) * step;
      const count = countBelow(values, from + step) - countBelow(values, from);
      return { from, to: from + step, share: count / values.length, colour };
    });
  const all = [
    ...bars(scores.genuine, colours.genuine),
    ...bars(scores.impostor, colours.impostor),
  ];
  const label = "Histogram of the distances of genuine and of impostor pairs";
  const options = {
    x: { label: "distance →" },
    y: { label: "↑ share of pairs", tickFormat: percent, grid: true },
    marks: [
      // Over each other, not stacked as Plot would.
      Plot.rect(all, {
        x1: "from",
        x2: "to",
        y1: () => 0,
        y2: "share",
        fill: "colour",
        fillOpacity: 0.6,
        mixBlendMode: "normal",
        inset: 0.5,
      }),
      Plot.ruleY([0]),
      ...thresholdMarks(threshold),
    ],
  } satisfies Plot.PlotOptions;
  return { label, options };
}

/** FMR and FNMR against the threshold; they cross at the EER. */
export function thresholdPlot(
  curve: readonly ErrorRates[],
  threshold?: number,
): LabelledPlot {
  return {
    label: "False match rate and false non-match rate against the threshold",
    options: {
      x: { label: "threshold (distance) →" },
      y: { ...rateAxis, domain: [0, 1] },
      marks: [
        ...rateLines(curve, "threshold", "step-before"),
        ...thresholdMarks(threshold),
      ],
    },
  };
}

/** FMR and FNMR at the threshold against the share of photos refused for their quality. */
export function discardPlot(points: Evaluation["discard"]): LabelledPlot {
  return {
    label: "Error rates against the share of photos refused by quality",
    options: {
      x: {
        label: "photos refused, lowest quality first →",
        tickFormat: percent,
      },
      y: rateAxis,
      marks: rateLines(points, "refused", "linear"),
    },
  };
}

const rateAxis = { label: "↑ error rate", tickFormat: percent, grid: true };

/** A line for each of both rates. */
function rateLines<Point extends { fmr: number; fnmr: number }>(
  points: readonly Point[],
  x: keyof Point & string,
  curve: Plot.CurveName,
): Plot.Markish[] {
  const line = (y: "fmr" | "fnmr", stroke: string) =>
    Plot.line([...points], { x, y, stroke, strokeWidth: 2, curve });
  return [
    line("fmr", colours.impostor),
    line("fnmr", colours.genuine),
    Plot.ruleY([0]),
  ];
}

/** ROC: genuine pairs accepted (1 - FNMR) against FMR, which is drawn on a logarithmic axis. */
export function rocPlot(
  curve: readonly ErrorRates[],
  impostorPairs: number,
  threshold?: number,
): LabelledPlot {
  const lowest = lowestShown(impostorPairs);
  const points = curve.map((point) => ({
    ...point,
    // Nothing lies left of one pair in all, so FMR 0 is drawn at the axis.
    fmr: Math.max(point.fmr, lowest),
    tar: 1 - point.fnmr,
  }));
  const floor = acceptedFreely(points, lowest);
  const label = "ROC curve: genuine pairs accepted against false match rate";
  const options = {
    x: {
      type: "log",
      label: "false match rate →",
      domain: [lowest, 1],
      ticks: decades(lowest),
      tickFormat: percent,
      grid: true,
    },
    y: {
      label: "↑ genuine pairs accepted",
      domain: [floor, 1],
      tickFormat: percent,
      grid: true,
    },
    marks: [
      // Between two thresholds only the stricter one's rate is sure.
      ...curveMarks(points, threshold, "fmr", "tar", "step-after"),
    ],
  } satisfies Plot.PlotOptions;
  return { label, options };
}

/** DET: FNMR against FMR, both on normal-deviate axes, on which two Gaussians give a straight line. */
export function detPlot(
  curve: readonly ErrorRates[],
  pairs: { genuine: number; impostor: number },
  threshold?: number,
): LabelledPlot {
  const low = {
    fmr: lowestShown(pairs.impostor),
    fnmr: lowestShown(pairs.genuine),
  };
  const clamp = (rate: number, lowest: number) =>
    normalQuantile(Math.min(0.6, Math.max(rate, lowest)));
  const points = curve.map((point) => ({
    ...point,
    x: clamp(point.fmr, low.fmr),
    y: clamp(point.fnmr, low.fnmr),
  }));
  const axis = (lowest: number, label: string): Plot.ScaleOptions => ({
    label,
    domain: [normalQuantile(lowest), normalQuantile(0.6)],
    ticks: deviates(lowest).map(normalQuantile),
    tickFormat: (z: number) =>
      percent(deviates(lowest).find((p) => normalQuantile(p) === z) ?? NaN),
    grid: true,
  });
  const label = "DET curve: false non-match rate against false match rate";
  const options = {
    x: axis(low.fmr, "false match rate →"),
    y: axis(low.fnmr, "↑ false non-match rate"),
    marks: [
      Plot.line(
        [[-9, -9], [9, 9]],
        { stroke: colours.threshold, strokeDasharray: "3 4", clip: true },
      ),
      ...curveMarks(points, threshold, "x", "y", "linear"),
    ],
  } satisfies Plot.PlotOptions;
  return { label, options };
}

/** A line at the threshold with its number above. */
function thresholdMarks(threshold: number | undefined): Plot.Markish[] {
  if (threshold === undefined) return [];
  return [
    Plot.ruleX([threshold], {
      stroke: colours.threshold,
      strokeWidth: 1.5,
      strokeDasharray: "5 4",
    }),
    Plot.text([threshold], {
      x: (value: number) => value,
      text: (value: number) => value.toFixed(2),
      frameAnchor: "top",
      dy: -12,
      fill: "currentColor",
    }),
  ];
}

/** A curve, and a dot where it is at the threshold with its number beside. */
function curveMarks<P extends ErrorRates>(
  points: readonly P[],
  threshold: number | undefined,
  x: keyof P & string,
  y: keyof P & string,
  curve: Plot.CurveName,
): Plot.Markish[] {
  const stroke = { stroke: colours.genuine, strokeWidth: 2, clip: true };
  const line = Plot.line(points, { x, y, curve, ...stroke });
  if (threshold === undefined) return [line];
  const at = points.find((point) => point.threshold >= threshold) ??
    points.at(-1);
  return [
    line,
    Plot.dot([at], { x, y, r: 5, fill: colours.impostor }),
    Plot.text([at], {
      ...{ x, y, dx: 4, dy: 16 },
      text: () => threshold.toFixed(2),
      textAnchor: "start",
      fill: "currentColor",
    }),
  ];
}

/** The decade under one pair of all, but no lower than 1 in a million. */
function lowestShown(pairs: number): number {
  return 10 ** Math.max(-6, -Math.ceil(Math.log10(Math.max(10, pairs))));
}

function decades(lowest: number): number[] {
  const count = Math.round(-Math.log10(lowest));
  return Array.from({ length: count + 1 }, (_, i) => 10 ** -i);
}

/** Marks of a normal-deviate axis. */
function deviates(lowest: number): number[] {
  return [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5]
    .filter((p) => p >= lowest);
}

/** What is accepted without any false match, rounded down to a tenth: the axis may begin there. */
function acceptedFreely(
  points: readonly { fmr: number; tar: number }[],
  lowest: number,
): number {
  const free = points.filter(({ fmr }) => fmr <= lowest).at(-1)?.tar ?? 0;
  return Math.max(0, Math.min(0.9, Math.floor(free * 10 - 1e-9) / 10));
}
