/**
 * A decoded photo: upright, 8-bit RGB, rows from the top, shape [height, width, 3].
 * Chips have the same form.
 */
export interface Photo {
  /** width * height * 3 bytes, R G B of each pixel. */
  readonly data: Uint8Array;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** What messages call it; photos read from a file have one, chips have none. */
  readonly name?: string;
}

/** A point in pixels of a photo; (0, 0) is the centre of the top left pixel. */
export interface Point {
  /** px from the left */
  readonly x: number;
  /** px from the top */
  readonly y: number;
}

/** An upright rectangle in pixels of a photo. */
export interface Box {
  /** Left edge, px */
  readonly x: number;
  /** Top edge, px */
  readonly y: number;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}
