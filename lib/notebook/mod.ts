/** What the notebook's cells use beside the library: photos opened, sign-ins tried, pairs counted, and figures and tables that show them. */
export { chooseThreshold } from "../people/choose_threshold.ts";
export {
  attempt,
  attemptRows,
  listProbes,
  onCopy,
  recognizerRows,
} from "./attempts.ts";
export { distanceFigure, nearestFigure } from "./distance_figure.ts";
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
export { distanceMatrixFigure, embeddingFigure } from "./heat_map.ts";
export {
  ratesText,
  scorePairs,
  thresholdRows,
  wrongPairs,
} from "./pair_scores.ts";
export { galleryFigure } from "./picture.ts";
export { check, show, table } from "./shown.ts";
export { signInFigure } from "./sign_in_figure.ts";
