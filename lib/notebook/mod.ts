/** What a notebook cell shows: figures on their own light card, tables, progress. */
export { chipFigure } from "./chip_figure.ts";
export { compareAligners, compareRecognizers } from "./comparisons.ts";
export { decisions, signInOf, templateTable, verdictOf } from "./decisions.ts";
export { distanceFigure } from "./distance_figure.ts";
export { countPairs, distanceMatrixFigure } from "./distance_matrix_figure.ts";
export {
  histogramFigure,
  rocFigure,
  scorePairsOf,
  thresholdTable,
} from "./error_figures.ts";
export { embeddingFigure } from "./embedding_figure.ts";
export { Markdown, table } from "./markdown.ts";
export { galleryFigure } from "./gallery_figure.ts";
export { progressLine, withProgress } from "./progress.ts";
export {
  chipBy,
  chipPictureOf,
  type FoundFace,
  openFace,
  pictureOf,
} from "./found_face.ts";
