import { bisectLeft } from "d3-array";

/**
 * Distances of many pairs of photos, all genuine or all impostor. Typed arrays side by side, so
 * that ten million pairs take 120 MB.
 */
export interface PairScores {
  /** Distance of each pair. */
  readonly distance: Float32Array;
  /** Number of each pair's first photo. */
  readonly a: Uint32Array;
  /** Number of each pair's second photo. */
  readonly b: Uint32Array;
}

/** The distances an evaluation stands on, and whose photos they compare. */
export interface ScoreSet {
  readonly genuine: PairScores;
  readonly impostor: PairScores;
  /** Person (0 ... people - 1) of each photo. */
  readonly person: Uint32Array;
  /** How many people the photos show. */
  readonly people: number;
}

/** Who (1, not 0) is in some pairs of a set. */
export function peopleIn(
  { person, people }: ScoreSet,
  ...lists: readonly PairScores[]
): Uint8Array {
  const present = new Uint8Array(people);
  for (const { a, b } of lists) {
    for (let i = 0; i < a.length; i++) {
      present[person[a[i]!]!] = present[person[b[i]!]!] = 1;
    }
  }
  return present;
}

/** Distances alone, each array in ascending order: what the error rates need. */
export interface SortedScores {
  readonly genuine: Float32Array;
  readonly impostor: Float32Array;
}

/**
 * Copies and sorts distances; the given arrays stay as they are.
 *
 * @throws RangeError when one is not a number.
 */
export function sortScores(
  genuine: ArrayLike<number>,
  impostor: ArrayLike<number>,
): SortedScores {
  return { genuine: sorted(genuine), impostor: sorted(impostor) };
}

function sorted(values: ArrayLike<number>): Float32Array {
  const copy = new Float32Array(values.length);
  copy.set(values);
  for (const value of copy) {
    if (Number.isNaN(value)) {
      throw new RangeError("A distance is not a number.");
    }
  }
  return sortFloats(copy);
}

/** How many of the ascending values lie below a limit. */
export function countBelow(ascending: Float32Array, limit: number): number {
  return bisectLeft(ascending, limit);
}

/** A list of at most so many pairs, filled in order. */
export class PairList {
  readonly #distance: Float32Array;
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  #length = 0;

  constructor(most: number) {
    this.#distance = new Float32Array(most);
    this.#a = new Uint32Array(most);
    this.#b = new Uint32Array(most);
  }

  add(distance: number, a: number, b: number): void {
    this.#distance[this.#length] = distance;
    this.#a[this.#length] = a;
    this.#b[this.#length++] = b;
  }

  /** The pairs added so far, as views. */
  scores(): PairScores {
    return {
      distance: this.#distance.subarray(0, this.#length),
      a: this.#a.subarray(0, this.#length),
      b: this.#b.subarray(0, this.#length),
    };
  }
}

const digitBits = 11;
const digits = 1 << digitBits;

/**
 * Sorts numbers in place, ascending, -0 before 0; NaN with the sign bit clear comes last. Radix
 * sort on the bits of float32, which are in the numbers' order once negative ones are flipped
 * (Herf, Radix Tricks, 2001): ten million take a tenth of what TypedArray.sort takes.
 */
function sortFloats(values: Float32Array<ArrayBuffer>): Float32Array {
  let from = new Uint32Array(values.buffer);
  const keys = from;
  for (let i = 0; i < keys.length; i++) {
    const bits = keys[i]!;
    keys[i] = bits >>> 31 ? ~bits : bits | 0x80000000;
  }
  let to = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    scatter(from, to, shift);
    [from, to] = [to, from];
  }
  // Three passes end in the other array.
  for (let i = 0; i < keys.length; i++) {
    const bits = from[i]!;
    keys[i] = bits >>> 31 ? bits & 0x7fffffff : ~bits;
  }
  return values;
}

/** Puts keys in the order of one digit, keeping the order of equal ones. */
function scatter(from: Uint32Array, to: Uint32Array, shift: number): void {
  const place = new Uint32Array(digits);
  for (let i = 0; i < from.length; i++) {
    place[(from[i]! >>> shift) & (digits - 1)]!++;
  }
  let next = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = place[digit]!;
    place[digit] = next;
    next += count;
  }
  for (let i = 0; i < from.length; i++) {
    const key = from[i]!;
    to[place[(key >>> shift) & (digits - 1)]!++] = key;
  }
}
