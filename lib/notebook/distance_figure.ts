import * as Plot from "@observablehq/plot";
import type { Settings } from "../config.ts";
import type { Photo } from "../image/photo.ts";
import type { Match, Template } from "../match/gallery.ts";
import { identify, rankUsers } from "../match/identify.ts";
import { Figure, ink, inset, marginPx, plotFigure, titlePx } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
import { drawPictures } from "./picture.ts";
import type { Shown } from "./shown.ts";
import { sliderFigure } from "./slider_figure.ts";

/** A distance and what it is the distance to. */
interface NamedDistance {
  readonly name: string;
  readonly distance: number;
}

/** Width of a figure with a scale of distances, px. */
export const distanceFigureWidth = 680;

/** How many users a scale shows. */
const shownUsers = 5;

/** The distances to the nearest users of a ranking. */
export function userDistances(ranking: readonly Match[]): NamedDistance[] {
  return ranking.slice(0, shownUsers).map((
    { template: { user }, distance },
  ) => (
    { name: user, distance }
  ));
}

/** Distances on a scale that shows the threshold, a row each in the order given. */
export function distanceFigure(
  title: string,
  rows: readonly NamedDistance[],
  threshold: number,
): Figure {
  const said = rows.map(({ name, distance }) =>
    `${name} ${distance.toFixed(2)}`
  ).join(", ");
  return plotFigure(
    title,
    `${title}; threshold ${threshold.toFixed(2)}: ${said}.`,
    distancePlot(rows, threshold),
  );
}

/** Where the scale of distances ends: at twice the threshold, or with room beside the last dot. */
function distanceEnd(
  rows: readonly NamedDistance[],
  threshold: number,
): number {
  const highest = Math.max(
    2 * threshold,
    ...rows.map(({ distance }) => 1.12 * distance),
  );
  return Math.ceil(highest * 5) / 5;
}

/** Distances on one axis, a row each, over the zones below and above the threshold. */
export function distancePlot(
  rows: readonly NamedDistance[],
  threshold: number,
  end = distanceEnd(rows, threshold),
) {
  const zones = [
    { from: 0, to: threshold, fill: ink.acceptPale },
    { from: threshold, to: end, fill: ink.rejectPale },
  ];
  const colour = ({ distance }: NamedDistance) =>
    distance < threshold ? ink.accept : ink.reject;
  const index = (_: unknown, i: number) => i;
  const above = (text: string, x: number, options: Plot.TextOptions) =>
    Plot.text([text], { x: [x], text: [text], frameAnchor: "top", ...options });
  return {
    width: distanceFigureWidth - 2 * marginPx,
    height: 66 + rows.length * 26,
    margin: 0,
    marginBottom: 42,
    marginLeft: 96,
    marginRight: 8,
    x: { domain: [0, end] },
    // The band above the first row says which side is which.
    y: { domain: [-1.4, rows.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.rect(zones, { x1: "from", x2: "to", fill: "fill" }),
      Plot.axisX({
        color: ink.quiet,
        tickSize: 5,
        label: "Euclidean distance (no unit; 0 is the same picture)",
        labelAnchor: "center",
        labelArrow: "none",
      }),
      Plot.ruleX([threshold], { strokeWidth: 2 }),
      above("accepted", 0, {
        dx: 6,
        dy: 8,
        textAnchor: "start",
        fill: ink.accept,
      }),
      above("rejected", end, {
        dx: -6,
        dy: 8,
        textAnchor: "end",
        fill: ink.reject,
      }),
      above(`threshold ${threshold.toFixed(2)}`, threshold, {
        dx: 6,
        dy: 8,
        textAnchor: "start",
        fontWeight: 600,
      }),
      Plot.ruleY(rows, {
        y: index,
        x2: "distance",
        stroke: colour,
        strokeWidth: 3,
      }),
      Plot.dot(rows, {
        x: "distance",
        y: index,
        r: 6,
        fill: colour,
        stroke: ink.card,
      }),
      Plot.text(rows, {
        x: "distance",
        y: index,
        text: ({ distance }) => distance.toFixed(2),
        dx: 12,
        textAnchor: "start",
        fontSize: 13,
        fontWeight: 600,
        fill: colour,
      }),
      Plot.text(rows, {
        y: index,
        text: "name",
        frameAnchor: "left",
        dx: -96,
        fontSize: 13,
      }),
    ],
  } satisfies Plot.PlotOptions;
}

const chipWidth = 88;

/** Who is nearest to each face, the reader slides through them: the chip and the nearest users' distances. */
export async function nearestFigure(
  probes: readonly OwnedVector[],
  chips: readonly { readonly photo: Photo }[],
  templates: readonly Template[],
  { threshold, margin }: Pick<Settings, "margin"> & {
    readonly threshold: number;
  },
): Promise<Shown | string> {
  if (probes.length === 0 || templates.length === 0) {
    return "There is nobody to compare, or to compare with.";
  }
  const rankings = probes.map(({ vector }) => rankUsers(vector, templates));
  const end = distanceEnd(rankings.flatMap(userDistances), threshold);
  const positions = await Promise.all(rankings.map(async (ranking, i) => {
    const plot = distancePlot(userDistances(ranking), threshold, end);
    const figure = new Figure({
      title: "Who is nearest?",
      description: "The nearest users' distances",
      width: distanceFigureWidth + chipWidth + marginPx,
      height: titlePx + plot.height + marginPx,
    }, [
      inset(plot, 2 * marginPx + chipWidth, titlePx),
      ...await drawPictures([
        { photo: chips[i]!.photo, x: marginPx, y: titlePx, width: chipWidth },
      ]),
    ]);
    const { template, distance } = ranking[0]!;
    const { name, user } = probes[i]!;
    const who = identify(ranking, threshold, margin);
    return {
      figure,
      says: `${name} of ${user}: ${template.user} is nearest, ${
        distance.toFixed(2)
      } away: ${who === null ? "rejected" : "accepted"}.`,
    };
  }));
  return sliderFigure("sign-in photo", positions, 0);
}
