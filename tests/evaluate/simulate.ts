/**
 * `deno task simulate [REPETITIONS]`: how often intervals hold the truth and thresholds keep their
 * promise, in simulated evaluations whose true rates are known.
 */
import { median, variance } from "d3-array";
import { UsageError } from "../../lib/errors.ts";
import { chooseForFmr } from "../../lib/evaluate/calibrate.ts";
import type { Interval } from "../../lib/evaluate/intervals.ts";
import { verificationMetrics } from "../../lib/evaluate/metrics.ts";
import { betaQuantile } from "./helpers.ts";
import { type Effects, World, worlds } from "./simulation.ts";

/** What became of one measure over many simulated evaluations. */
export interface Coverage {
  readonly measure: string;
  /** Share of the intervals that hold the truth. */
  readonly held: number;
  /** Median width of the intervals. */
  readonly width: number;
  /**
   * That width over the median width of Clopper and Pearson's interval on the true effective
   * number, which nobody can know outside of a simulation; NaN for what is no rate.
   */
  readonly overIdeal: number;
}

/** Evaluates simulated people many times and counts how often the intervals hold the truth. */
export function simulateIntervals(
  effects: Effects,
  { rate, people, repetitions }: {
    rate: number;
    people: number;
    repetitions: number;
  },
): Coverage[] {
  const world = new World(effects, rate, people + Math.round(1000 * rate));
  const truth = {
    FMR: rate,
    FNMR: rate,
    EER: rate,
    AUC: world.auc,
    "d'": world.dPrime,
  };
  const runs = Array.from({ length: repetitions }, () => {
    const metrics = verificationMetrics(world.draw(people), 0);
    const { intervals } = metrics;
    return {
      FMR: [metrics.atThreshold.fmr, intervals.fmr],
      FNMR: [metrics.atThreshold.fnmr, intervals.fnmr],
      EER: [metrics.eer.rate, intervals.eer],
      AUC: [metrics.auc, intervals.auc],
      "d'": [metrics.dPrime, intervals.dPrime],
    } as Record<keyof typeof truth, [number, Interval]>;
  });
  return Object.entries(truth).map(([measure, value]) => {
    const found = runs.map((run) => run[measure as keyof typeof truth]);
    const width = median(found, ([, { low, high }]) => high - low)!;
    const estimates = found.map(([estimate]) => estimate);
    const number = value * (1 - value) / variance(estimates)!;
    return {
      measure,
      held: found.filter(([, { low, high }]) => low <= value && value <= high)
        .length / repetitions,
      width,
      overIdeal: width /
        median(estimates, (estimate) => clopperPearson(estimate, number))!,
    };
  });
}

function clopperPearson(rate: number, number: number): number {
  const errors = rate * number;
  const low = errors <= 0
    ? 0
    : betaQuantile(0.025, errors, number - errors + 1);
  const high = errors >= number
    ? 1
    : betaQuantile(0.975, errors + 1, number - errors);
  return high - low;
}

/** Calibrates on simulated people many times; nothing where their number does not support the target. */
export function simulateCalibration(
  effects: Effects,
  { target, people, repetitions }: {
    target: number;
    people: number;
    repetitions: number;
  },
): { exceeded: number; meanRatio: number } | undefined {
  const world = new World(effects, 0.02, people + Math.round(1e4 * target));
  const ratios: number[] = [];
  try {
    for (let i = 0; i < repetitions; i++) {
      const set = world.draw(people);
      // Distances are made positive, as a threshold must be.
      const shifted = (values: Float32Array) => values.map((d) => 1 + d / 20);
      const { threshold } = chooseForFmr({
        ...set,
        genuine: { ...set.genuine, distance: shifted(set.genuine.distance) },
        impostor: { ...set.impostor, distance: shifted(set.impostor.distance) },
      }, target);
      ratios.push(world.fmrAt((threshold - 1) * 20) / target);
    }
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
  return {
    exceeded: ratios.filter((ratio) => ratio > 1).length / repetitions,
    meanRatio: ratios.reduce((sum, ratio) => sum + ratio, 0) / repetitions,
  };
}

if (import.meta.main) {
  const repetitions = Number(Deno.args[0] ?? 200);
  const percent = (share: number) => `${(100 * share).toFixed(1)}`.padStart(5);
  console.log(
    `Share of 95 % intervals that hold the truth, %; their median width; x times the ideal width. ${repetitions} repetitions.`,
  );
  for (const [world, effects] of Object.entries(worlds)) {
    for (const rate of [0.01, 0.05, 0.2]) {
      for (const people of [6, 10, 20, 30, 50]) {
        const row = simulateIntervals(effects, { rate, people, repetitions })
          .map(({ measure, held, width, overIdeal }) =>
            `${measure} ${percent(held)} (${width.toFixed(3)}${
              measure === "d'" ? "" : ` x${overIdeal.toFixed(1)}`
            })`
          );
        console.log(
          `${world.padEnd(8)} rate ${rate.toFixed(2)} people ${
            String(people).padStart(2)
          }  ${row.join("  ")}`,
        );
      }
    }
  }
  console.log(
    "Share of calibrated thresholds whose true FMR exceeds the target, %; mean of true FMR over target.",
  );
  for (const [world, effects] of Object.entries(worlds)) {
    for (const target of [0.1, 0.05, 0.01]) {
      for (const people of [6, 10, 20, 30, 50]) {
        const found = simulateCalibration(effects, {
          target,
          people,
          repetitions,
        });
        const says = found === undefined
          ? "too few people"
          : `${percent(found.exceeded)}  ${found.meanRatio.toFixed(2)}`;
        console.log(
          `${world.padEnd(8)} target ${target.toFixed(2)} people ${
            String(people).padStart(2)
          }  ${says}`,
        );
      }
    }
  }
}
