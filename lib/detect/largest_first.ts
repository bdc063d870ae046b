import type { Detection } from "./face_detector.ts";

/** Faces by area, largest first: the order every detector answers in. */
export function largestFirst<T extends Pick<Detection, "box">>(
  detections: readonly T[],
): T[] {
  const area = ({ box }: T) => box.width * box.height;
  return detections.toSorted((a, b) => area(b) - area(a));
}
