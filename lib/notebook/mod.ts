/** What a notebook cell shows: figures on their own light card, tables, progress. */
export { chipFigure } from "./chip_figure.ts";
export { compareAligners } from "./compare_aligners.ts";
export { compareRecognizers } from "./compare_recognizers.ts";
export { decisions } from "./decisions.ts";
export { distanceFigure } from "./distance_figure.ts";
export { countPairs, distanceMatrixFigure } from "./distance_matrix_figure.ts";
export {
  histogramFigure,
  rocFigure,
  scorePairsOf,
  thresholdTable,
} from "./error_figures.ts";
export { embeddingFigure } from "./embedding_figure.ts";
export { faceMark } from "./face_mark.ts";
export { Figure, Markdown } from "./figure.ts";
export { galleryFigure } from "./gallery_figure.ts";
export { progressLine, withProgress } from "./progress.ts";
export { signInFigure } from "./sign_in_figure.ts";
export { table } from "./table.ts";
export {
  chipBy,
  chipPictureOf,
  type FoundFace,
  openFace,
  pictureOf,
} from "./found_face.ts";
export { signInOf, verdictOf } from "./sign_in_of.ts";
