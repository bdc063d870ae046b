/** One photo searched among all others, with and without its own person there. */
interface Search {
  /** Person the photo shows. */
  readonly person: number;
  /** Distance to the nearest other photo of the same person. */
  readonly own: number;
  /** Distance to the nearest photo of another person: what an unknown person would meet. */
  readonly other: number;
  /** Who that other person is. */
  readonly otherPerson: number;
  /** Distance to the nearest photo of a third person: how far behind that one the next is. */
  readonly third: number;
}

/**
 * Searches each photo among all the others (leave one out). People with a single photo have no
 * mate to be found and serve only as impostors in the gallery. O(n^2) distances.
 */
export function searchAll(
  person: Uint32Array,
  distance: (i: number, j: number) => number,
): Search[] {
  const photos = person.length;
  const own = new Float64Array(photos).fill(Infinity);
  const other = new Float64Array(photos).fill(Infinity);
  const otherPerson = new Int32Array(photos).fill(-1);
  const second = new Float64Array(photos).fill(Infinity);
  const meet = (i: number, j: number, d: number) => {
    if (person[i] === person[j]) own[i] = Math.min(own[i]!, d);
    else if (person[j] === otherPerson[i]) {
      other[i] = Math.min(other[i]!, d);
    } else if (d < other[i]!) {
      [second[i], other[i]] = [other[i]!, d];
      otherPerson[i] = person[j]!;
    } else second[i] = Math.min(second[i]!, d);
  };
  for (let i = 0; i < photos; i++) {
    for (let j = i + 1; j < photos; j++) {
      const d = distance(i, j);
      meet(i, j, d);
      meet(j, i, d);
    }
  }
  const searches: Search[] = [];
  for (let i = 0; i < photos; i++) {
    if (own[i] === Infinity || other[i] === Infinity) continue;
    searches.push({
      person: person[i]!,
      own: own[i]!,
      other: other[i]!,
      otherPerson: otherPerson[i]!,
      third: second[i]!,
    });
  }
  return searches;
}

/** Open-set identification, in the terms of ISO/IEC 19795-1: rank-1, and DIR at an FPIR that is aimed at. */
export function identificationRates(
  searches: readonly Search[],
  targetFpir: number,
) {
  const { length } = searches;
  const others = Float64Array.from(searches, ({ other }) => other).sort();
  const threshold = others[Math.floor(targetFpir * length + 1e-9)] ?? Infinity;
  const first = searches.filter(({ own, other }) => own < other);
  const detected = first.filter(({ own }) => own < threshold);
  return {
    /** Share of searches whose nearest photo shows the right person, whatever its distance. */
    rank1: first.length / length,
    targetFpir,
    /** The largest that keeps FPIR at or under the target. */
    threshold,
    /** Detection and identification rate there: right person first, and under the threshold. */
    dir: detected.length / length,
  };
}

/**
 * What a margin between the nearest person and the next costs and gains at a threshold, decided as
 * `identify` does. Without the person there the nearest other is named if under the threshold and
 * far enough ahead of the next person; with the person there anything but the person's own name is
 * wrong.
 */
export function marginRates(
  searches: readonly Search[],
  threshold: number,
  margin: number,
) {
  const named = (best: number, next: number) =>
    best < threshold && next - best >= margin;
  let [falsePositives, found] = [0, 0];
  for (const { own, other, third } of searches) {
    if (named(other, third)) falsePositives++;
    if (own < other && named(own, other)) found++;
  }
  const { length } = searches;
  return {
    margin,
    /** False positive identification rate: searches without the person there that name somebody. */
    fpir: falsePositives / length,
    /** False negative identification rate: searches with the person there that do not name the person. */
    fnir: (length - found) / length,
  };
}
