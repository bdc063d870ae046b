const pageBytes = 65536;
/** Places are multiples of this, as SIMD likes them. */
const alignment = 16;

/** Memory that kernels work in: each use lays its arrays out anew, from the start. */
export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });

  /**
   * Makes room for arrays of these lengths, in bytes, one behind the other. What the memory held
   * is void, and so are views of it that were made before.
   *
   * @returns the place of each
   */
  layOut<T extends number[]>(...lengths: T): { [K in keyof T]: number } {
    let end = 0;
    const places = lengths.map((length) => {
      const place = end;
      end += Math.ceil(length / alignment) * alignment;
      return place;
    });
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
    return places as { [K in keyof T]: number };
  }

  /** What gives a kernel of `moduleOf` that works in this memory, compiled when it is first asked for. */
  kernel<T extends (...numbers: never[]) => void>(
    module: () => Uint8Array<ArrayBuffer>,
  ): () => T {
    let run: T | undefined;
    const compile = () => {
      const { exports } = new WebAssembly.Instance(
        new WebAssembly.Module(module()),
        { js: { memory: this.memory } },
      );
      return exports.run as unknown as T;
    };
    return () => run ??= compile();
  }
}
