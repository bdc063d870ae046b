import { basename } from "node:path";
import { WeightsError } from "../../../errors.ts";

/** A model file opened for reading at any place, so that no more of it than needed is in memory. */
export class ByteFile {
  readonly name: string;
  readonly size: number;
  readonly #file: Deno.FsFile;

  /** @throws WeightsError when the file cannot be opened; the message names the command that fetches it. */
  constructor(path: string) {
    this.name = basename(path);
    try {
      this.#file = Deno.openSync(path);
    } catch (cause) {
      throw new WeightsError(
        `The model file ${path} cannot be read; run \`deno task models facenet\` to fetch it.`,
        { cause },
      );
    }
    this.size = this.#file.statSync().size;
  }

  /** @throws WeightsError when the file ends before `offset + length`. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (offset + length > this.size) {
      throw this.damaged(
        `it ends at byte ${this.size}, in the middle of its data`,
      );
    }
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let done = 0; done < length;) {
      const count = this.#file.readSync(bytes.subarray(done));
      if (count === null) {
        throw this.damaged("it became shorter while it was read");
      }
      done += count;
    }
    return bytes;
  }

  /** The error for a file that is not what it should be. @param what what is wrong, as a clause */
  damaged(what: string): WeightsError {
    return new WeightsError(
      `${this.name} cannot be read as PyTorch weights: ${what}; ` +
        "remove it and run `deno task models facenet` to fetch it again.",
    );
  }

  close(): void {
    this.#file.close();
  }
}
