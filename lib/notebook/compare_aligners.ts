import type { FaceAligner } from "../align/face_aligner.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { NamedDistance } from "./distance_rows.ts";
import { chipBy, type FoundFace } from "./found_face.ts";

/** How far two photos of one person lie apart when their chips are cut in different ways. */
export async function compareAligners(
  recognizer: Recognizer,
  [one, other]: readonly [FoundFace, FoundFace],
  aligners: Readonly<Record<string, FaceAligner>>,
): Promise<NamedDistance[]> {
  const rows: NamedDistance[] = [];
  for (const [name, aligner] of Object.entries(aligners)) {
    const chips = [chipBy(aligner, one), chipBy(aligner, other)];
    const [a, b] = await recognizer.embed(chips);
    rows.push({ name, distance: euclideanDistance(a!.vector, b!.vector) });
  }
  return rows;
}
