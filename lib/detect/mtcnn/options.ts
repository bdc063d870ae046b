/** What MTCNN may be told to differ. */
export interface MtcnnOptions {
  /** Smallest face to find, px of the photo. */
  readonly minFacePx: number;
  /** Smallest face to find as a share of the photo's shorter side, if that is more: saves time. */
  readonly minFaceShare: number;
  /** Least probability of a face that P-Net, R-Net and O-Net let through. */
  readonly thresholds: readonly [number, number, number];
  /** Each scale of the pyramid as a share of the one before. */
  readonly factor: number;
}

/** facenet-pytorch's defaults (models/mtcnn.py). */
export const originalOptions: MtcnnOptions = {
  minFacePx: 20,
  minFaceShare: 0,
  thresholds: [0.6, 0.7, 0.7],
  factor: 0.709,
};
