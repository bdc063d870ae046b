import type { Photo } from "../image/photo.ts";
import { rankUsers } from "../match/identify.ts";
import type { Template } from "../match/gallery.ts";
import {
  distanceEnd,
  distanceFigureWidth,
  distancePlot,
} from "./distance_figure.ts";
import { Figure, inset, marginPx, titlePx } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
import { HandFigure } from "./hand_figure.ts";
import { drawPictures } from "./picture.ts";
import type { Shown } from "./shown.ts";

/** How many users are shown. */
const shownUsers = 5;
const chipWidth = 88;

/** Who is nearest to each face, the reader slides through them: the chip and the nearest users' distances. */
export async function nearestFigure(
  probes: readonly OwnedVector[],
  chips: readonly { readonly photo: Photo }[],
  templates: readonly Template[],
  threshold: number,
): Promise<Shown | string> {
  if (probes.length === 0 || templates.length === 0) {
    return "There is nobody to compare, or to compare with.";
  }
  const rankings = probes.map(({ vector }) =>
    rankUsers(vector, templates).slice(0, shownUsers).map((match) => (
      { name: match.template.user, distance: match.distance }
    ))
  );
  const end = distanceEnd(rankings.flat(), threshold);
  const stills = await Promise.all(rankings.map(async (ranking, i) => {
    const plot = distancePlot(ranking, threshold, end);
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
    const [nearest] = ranking;
    const { name, user } = probes[i]!;
    const { name: taken, distance } = nearest!;
    return {
      figure,
      says: `${name} of ${user}: ${taken} is nearest, ${
        distance.toFixed(2)
      } away: ${distance < threshold ? "accepted" : "rejected"}.`,
    };
  }));
  return new HandFigure("sign-in photo", stills, 0);
}
