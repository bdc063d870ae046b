import { euclideanDistance } from "./distance.ts";

/** What a face or a template is compared by. */
interface Compared {
  readonly vector: Float32Array;
}

/**
 * Which of several faces are one person's: a face is if it lies under the threshold from another one
 * that is (single linkage: photos of one person may differ more from the first than from each other).
 * The person is who is known already, and otherwise who has the most of the faces, the earliest of
 * equals.
 *
 * @param known what is known of the person, if anything is
 * @returns the known and the faces of that person
 */
export function personAmong<Face extends Compared, Known extends Compared>(
  faces: readonly Face[],
  known: readonly Known[],
  threshold: number,
): Set<Face | Known> {
  const linkedTo = (first: readonly (Face | Known)[]) => {
    const linked = new Set(first);
    // Grows while it is walked through.
    for (const { vector } of linked) {
      for (const face of faces) {
        const near = euclideanDistance(vector, face.vector) < threshold;
        if (near) linked.add(face);
      }
    }
    return linked;
  };
  if (known.length > 0) return linkedTo(known);
  let person = new Set<Face | Known>();
  const seen = new Set<Face | Known>();
  for (const face of faces) {
    if (seen.has(face)) continue;
    const group = linkedTo([face]);
    group.forEach((each) => seen.add(each));
    if (group.size > person.size) person = group;
  }
  return person;
}
