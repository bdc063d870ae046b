import * as Plot from "@observablehq/plot";
import { errorCurve } from "../evaluate/curves.ts";
import { colours, percent } from "../evaluate/figure_frame.ts";
import { histogramPlot, rocPlot } from "../evaluate/figures.ts";
import type { ScoreSet, SortedScores } from "../evaluate/pair_scores.ts";
import { type Figure, plotFigure } from "./figure.ts";
import {
  isEmpty,
  noPairs,
  type NotebookScores,
  pairsText,
} from "./pair_scores.ts";
import type { Shown } from "./shown.ts";
import { sliderFigure } from "./slider_figure.ts";

/** What share of genuine pairs is accepted at each false match rate; the dot is the threshold. */
export function rocFigure(
  title: string,
  scores: SortedScores,
  threshold: number,
): Shown | string {
  if (isEmpty(scores)) return noPairs;
  return plotFigure(
    title,
    `${title}, ROC curve. ${pairsText(scores, threshold)}`,
    rocPlot(errorCurve(scores), scores.impostor.length, threshold).options,
  );
}

/** How far apart pairs of one person (blue) and of two (orange) lie, and what a threshold costs that the reader moves. */
export function thresholdFigure(
  scores: SortedScores,
  threshold: number,
): Shown | string {
  if (isEmpty(scores)) return noPairs;
  const end = Math.max(2 * threshold, scores.impostor.at(-1)!);
  return overThresholds(
    threshold,
    (moved) => {
      const { options } = histogramPlot(scores, moved);
      // One axis for all positions, so that only the line moves.
      const x = { ...options.x, domain: [0, end] };
      return plotFigure(
        "What a threshold costs",
        "Distances of all pairs",
        { ...options, x },
      );
    },
    (moved) => pairsText(scores, moved),
  );
}

/** Numbers of users for which a curve is drawn: 1 to 1,000. */
const userCounts = Array.from({ length: 25 }, (_, i) => 10 ** (i / 8));

/**
 * An attacker's view: what share of strangers get in as somebody, the more the more users there are to be
 * taken for, with one photo to try and with all they have; the reader moves the threshold. Each
 * person here is a stranger to the others in turn, and further users are as like a stranger as these:
 * 1 - (1 - a)^n of n users, where a is the share of users that a photo is taken for.
 */
export function strangersFigure(
  scores: NotebookScores,
  threshold: number,
): Shown | string {
  if (isEmpty(scores)) return noPairs;
  const { photos, people } = nearestOthers(scores.set);
  const sharesOf = (strangers: readonly number[][], moved: number) =>
    strangers.map((distances) =>
      distances.filter((distance) => distance < moved).length /
      distances.length
    );
  const getIn = (shares: readonly number[], users: number) =>
    shares.reduce((sum, share) => sum + 1 - (1 - share) ** users, 0) /
    shares.length;
  return overThresholds(
    threshold,
    (moved) => {
      const points = [
        { tries: "one photo" as const, shares: sharesOf(photos, moved) },
        { tries: "all photos" as const, shares: sharesOf(people, moved) },
      ].flatMap(({ tries, shares }) =>
        userCounts.map((users) => (
          { tries, users, share: getIn(shares, users) }
        ))
      );
      return plotFigure(
        "How many strangers get in",
        "Strangers accepted against registered users",
        strangersPlot(points),
      );
    },
    (moved) => {
      const said = [10, 1000].map((users) =>
        `among ${users.toLocaleString("en")} users ${
          percent(getIn(sharesOf(photos, moved), users))
        } of strangers with one photo, ${
          percent(getIn(sharesOf(people, moved), users))
        } with all of theirs`
      );
      return `Threshold ${moved.toFixed(2)} lets in ${said.join("; ")}.`;
    },
  );
}

const tryColours = {
  "all photos": colours.impostor,
  "one photo": colours.genuine,
};

interface StrangersPoint {
  readonly tries: keyof typeof tryColours;
  readonly users: number;
  readonly share: number;
}

function strangersPlot(points: readonly StrangersPoint[]) {
  return {
    x: {
      type: "log",
      label: "registered users →",
      domain: [1, 1000],
      ticks: [1, 10, 100, 1000],
      tickFormat: (users: number) => users.toLocaleString("en"),
      grid: true,
    },
    y: {
      label: "↑ strangers that get in",
      domain: [0, 1],
      tickFormat: percent,
      grid: true,
    },
    marks: [
      Plot.line(points, {
        x: "users",
        y: "share",
        z: "tries",
        stroke: ({ tries }: StrangersPoint) => tryColours[tries],
        strokeWidth: 2,
      }),
      ...Object.entries(tryColours).map(([tries, fill], i) =>
        Plot.text([tries], {
          frameAnchor: "top-right",
          dx: -80 * i,
          dy: -14,
          fontWeight: 600,
          fill,
        })
      ),
    ],
  } satisfies Plot.PlotOptions;
}

/** For each photo and for each person, how near each other person's nearest photo lies. */
function nearestOthers({ impostor, person, people }: ScoreSet) {
  const far = () => new Array<number>(people).fill(Infinity);
  const ofPhoto = Array.from(person, far);
  const ofPerson = Array.from({ length: people }, far);
  const note = (photo: number, other: number, distance: number) => {
    const them = person[other]!;
    for (const nearest of [ofPhoto[photo]!, ofPerson[person[photo]!]!]) {
      nearest[them] = Math.min(nearest[them]!, distance);
    }
  };
  impostor.distance.forEach((distance, i) => {
    note(impostor.a[i]!, impostor.b[i]!, distance);
    note(impostor.b[i]!, impostor.a[i]!, distance);
  });
  const others = (all: readonly number[][]) =>
    all.map((nearest) => nearest.filter(Number.isFinite));
  return { photos: others(ofPhoto), people: others(ofPerson) };
}

/** From half the threshold to twice it. */
function overThresholds(
  threshold: number,
  draw: (moved: number) => Figure,
  say: (moved: number) => string,
): Shown {
  const positions = Array.from(
    { length: 31 },
    (_, i) => threshold * (0.5 + i / 20),
  );
  return sliderFigure(
    "threshold",
    positions.map((moved) => ({ figure: draw(moved), says: say(moved) })),
    10,
  );
}
