import { ServerBusyError } from "../errors.ts";
import { Problem } from "./problems.ts";

/** How much of one kind of body the server takes in, bytes. */
interface BodyRoom {
  /** In one body. */
  readonly one: number;
  /** In all bodies that one client's address sends at once. */
  readonly ofAddress: number;
  /** In all bodies at once. */
  readonly all: number;
}

/**
 * The bodies of one kind that are being received or worked on. Their bytes are counted as they
 * arrive, so that nobody fills the memory, by many bodies or by announcing large ones.
 */
export class IncomingBodies {
  readonly #held = new Map<string, number>();
  #all = 0;

  constructor(readonly room: BodyRoom) {}

  /** A body that is about to come; `leave` it when it is worked off. */
  enter(address: string): IncomingBody {
    let held = 0;
    const add = (bytes: number) => {
      const ofAddress = (this.#held.get(address) ?? 0) + bytes;
      if (ofAddress > 0) this.#held.set(address, ofAddress);
      else this.#held.delete(address);
      held += bytes;
      this.#all += bytes;
      return { held, ofAddress };
    };
    return {
      read: async ({ headers, body }) => {
        const { one, all, ofAddress } = this.room;
        if (Number(headers.get("content-length") ?? 0) > one) {
          throw new Problem("too-large");
        }
        const chunks: Uint8Array[] = [];
        for await (const chunk of received(body)) {
          const counted = add(chunk.length);
          if (counted.held > one) throw new Problem("too-large");
          if (counted.ofAddress > ofAddress || this.#all > all) {
            throw new ServerBusyError(
              "the server receives more pictures than it has room for; try again in a second",
            );
          }
          chunks.push(chunk);
        }
        return joined(chunks, held);
      },
      leave: () => void add(-held),
    };
  }
}

/** One body on its way. */
export interface IncomingBody {
  /**
   * Reads it.
   *
   * @throws Problem too-large, or malformed when it broke off; ServerBusyError when there is no
   * room: what is left of it is not read.
   */
  read(
    request: Pick<Request, "headers" | "body">,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Makes room for others. */
  leave(): void;
}

async function* received(body: Request["body"]): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Problem("malformed", "The request broke off.");
      });
      if (done) return;
      yield value;
    }
  } finally {
    // What is left is refused; a body that is read to its end is not cancelled by this.
    reader.cancel().catch(() => {});
  }
}

function joined(
  chunks: readonly Uint8Array[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
