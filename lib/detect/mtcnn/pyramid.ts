/** Side of the square that P-Net judges, px. */
export const cellPx = 12;
/** Px between two places that P-Net judges. */
export const stridePx = 2;

/**
 * The scales at which a photo is searched: the first makes the smallest face 12 px, each next is
 * `factor` times the one before, the last still leaves 12 px of the shorter side.
 *
 * @param minFacePx smallest face to find, px of the photo
 */
export function pyramidScales(
  photo: { readonly width: number; readonly height: number },
  minFacePx: number,
  factor: number,
): number[] {
  const scales: number[] = [];
  const first = cellPx / minFacePx;
  let shortPx = Math.min(photo.width, photo.height) * first;
  for (
    let scale = first;
    shortPx >= cellPx;
    scale *= factor, shortPx *= factor
  ) {
    scales.push(scale);
  }
  return scales;
}
