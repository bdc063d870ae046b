import type { PickleValue } from "./unpickle.ts";

/**
 * The stack, marks and memo of Python's pickle machine.
 *
 * @throws what `malformed` makes, whenever a value is asked for that is not there
 */
export class PickleStack<T> {
  #values: PickleValue<T>[] = [];
  /** Stacks put aside at each mark. */
  readonly #marked: PickleValue<T>[][] = [];
  readonly #memo = new Map<number, PickleValue<T>>();

  constructor(readonly malformed: (what: string) => Error) {}

  push(value: PickleValue<T>): void {
    this.#values.push(value);
  }

  top(): PickleValue<T> {
    const value = this.#values.at(-1);
    if (value === undefined) {
      throw this.malformed("its pickle uses a value that is not there");
    }
    return value;
  }

  pop(): PickleValue<T> {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  popMany(count: number): PickleValue<T>[] {
    if (this.#values.length < count) {
      throw this.malformed("its pickle uses a value that is not there");
    }
    return this.#values.splice(-count);
  }

  mark(): void {
    this.#marked.push(this.#values);
    this.#values = [];
  }

  popToMark(): PickleValue<T>[] {
    const items = this.#values;
    const below = this.#marked.pop();
    if (below === undefined) throw this.malformed("its pickle lacks a mark");
    this.#values = below;
    return items;
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) {
      throw this.malformed(`its pickle recalls value ${index} too early`);
    }
    this.push(value);
  }

  /** The one value that is left at the end. */
  result(): PickleValue<T> {
    if (this.#values.length !== 1 || this.#marked.length > 0) {
      throw this.malformed("its pickle does not end with one value");
    }
    return this.pop();
  }
}
