import type { Settings } from "../config.ts";
import type { Photo } from "../image/photo.ts";
import { identify, rankUsers } from "../match/identify.ts";
import type { Template } from "../match/gallery.ts";
import {
  distanceEnd,
  distanceFigureWidth,
  distancePlot,
  userDistances,
} from "./distance_figure.ts";
import { Figure, inset, marginPx, titlePx } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
import { drawPictures } from "./picture.ts";
import type { Shown } from "./shown.ts";
import { SliderFigure } from "./slider_figure.ts";

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
  return new SliderFigure("sign-in photo", positions, 0);
}
