/** A person before the camera, played from the frames in tests/photos/liveness. */

const folder = new URL("../photos/liveness/", import.meta.url);

/** Reads a person's frames by action, in order. */
function readFrames(person: string): Map<string, Uint8Array<ArrayBuffer>[]> {
  const names = [...Deno.readDirSync(new URL(`${person}/`, folder))]
    .map(({ name }) => name).sort();
  const frames = new Map<string, Uint8Array<ArrayBuffer>[]>();
  for (const name of names) {
    const action = name.replace(/_\d+\.jpg$/, "").replaceAll("_", "-");
    const bytes = Deno.readFileSync(new URL(`${person}/${name}`, folder));
    frames.set(action, [...frames.get(action) ?? [], bytes]);
  }
  return frames;
}

/** Does what it is asked, a frame at a time. */
export class Actor {
  readonly #frames: Map<string, Uint8Array<ArrayBuffer>[]>;
  #action = "turn-left";
  #at = 0;

  constructor(person: string) {
    this.#frames = readFrames(person);
  }

  /** The first frame of all: a face straight ahead. */
  get straight(): Uint8Array<ArrayBuffer> {
    return this.#frames.get("turn-left")![0]!.slice();
  }

  /** The next frame towards what is expected. */
  next(expects: string): Uint8Array<ArrayBuffer> {
    if (this.#frames.has(expects)) {
      if (expects !== this.#action) [this.#action, this.#at] = [expects, -1];
      const last = this.#frames.get(expects)!.length - 1;
      this.#at = Math.min(last, this.#at + 1);
    } else this.#at = Math.max(0, this.#at - 1);
    // Sent bytes may be moved away.
    return this.#frames.get(this.#action)![this.#at]!.slice();
  }
}
