/** What a notebook cell shows: figures on their own light card, tables, progress. */
export { chooseThreshold } from "../people/choose_threshold.ts";
export { chipFigure } from "./chip_figure.ts";
export { compareAligners, compareRecognizers } from "./comparisons.ts";
export {
  checkPrediction,
  copyOfStore,
  decisions,
  listProbes,
  oneOfEach,
  registerFaces,
  registrationText,
  setupText,
  showSignIn,
  templateTable,
} from "./decisions.ts";
export { distanceFigure } from "./distance_figure.ts";
export {
  countPairs,
  distanceMatrixFigure,
  pairsText,
} from "./distance_matrix_figure.ts";
export { embeddingFigure } from "./embedding_figure.ts";
export {
  histogramFigure,
  ratesText,
  rocFigure,
  scorePairsOf,
  thresholdSlider,
  thresholdTable,
  wrongPairs,
} from "./error_figures.ts";
export {
  chipBy,
  chipPictureOf,
  embedFaces,
  openFaces,
  pictureOf,
  tilt,
} from "./found_face.ts";
export { galleryFigure } from "./gallery_figure.ts";
export { Markdown, table } from "./markdown.ts";
