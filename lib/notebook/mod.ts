/** What the notebook's cells use beside the library: photos opened, sign-ins tried, pairs counted, and figures and tables that show them. */
export { chooseThreshold } from "../people/choose_threshold.ts";
export {
  attempt,
  attemptRows,
  listProbes,
  onCopy,
  recognizerRows,
} from "./attempts.ts";
export { chipFigure } from "./chip_figure.ts";
export { distanceFigure } from "./distance_figure.ts";
export { distanceMatrixFigure } from "./distance_matrix_figure.ts";
export { embeddingFigure } from "./embedding_figure.ts";
export {
  rocFigure,
  strangersFigure,
  thresholdFigure,
} from "./error_figures.ts";
export {
  chipsOf,
  embedFaces,
  openFaces,
  registerFaces,
  tilt,
} from "./found_face.ts";
export { galleryFigure } from "./gallery_figure.ts";
export { nearestFigure } from "./nearest_figure.ts";
export {
  ratesText,
  scorePairs,
  thresholdRows,
  wrongPairs,
} from "./pair_scores.ts";
export { check, show, table } from "./shown.ts";
export { signInFigure } from "./sign_in_figure.ts";
