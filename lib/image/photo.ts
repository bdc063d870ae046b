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
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle in pixels of a photo. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
