/** A candidate: its sides, in px of the photo unless told, and how sure its network is that it is a face. */
export interface FaceBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly score: number;
}
