import { ServerBusyError } from "../errors.ts";
import { AddressCounts } from "./client_address.ts";
import { Problem } from "./problems.ts";

/**
 * The bodies of one kind that are being received or worked on. Their bytes are counted as they
 * arrive, so that nobody fills the memory, by many bodies or by announcing large ones.
 */
export class IncomingBodies {
  readonly #held = new AddressCounts();
  #all = 0;

  /** Most bytes in one body, in all that one client's address sends at once, and in all. */
  constructor(
    readonly most: { one: number; ofAddress: number; all: number },
  ) {}

  /** A body that is about to come; `leave` it when it is worked off. */
  enter(address: string) {
    let held = 0;
    const add = (bytes: number): number => {
      held += bytes;
      this.#all += bytes;
      return this.#held.add(address, bytes);
    };
    const take = (bytes: number): void => {
      const heldByAddress = add(bytes);
      const { one, ofAddress, all } = this.most;
      if (held > one) throw new Problem("too-large");
      if (heldByAddress > ofAddress || this.#all > all) {
        throw new ServerBusyError(
          "the server receives more pictures than it has room for; try again in a second",
        );
      }
    };
    return {
      /**
       * Reads it.
       *
       * @throws Problem too-large, or malformed when it broke off; ServerBusyError when there is no
       * room: what is left of it is not read.
       */
      read: async (
        { headers, body }: Pick<Request, "headers" | "body">,
      ): Promise<Uint8Array<ArrayBuffer>> => {
        const announced = Number(headers.get("content-length") ?? 0);
        if (announced > this.most.one) throw new Problem("too-large");
        const chunks: Uint8Array<ArrayBuffer>[] = [];
        try {
          for await (const chunk of body ?? []) {
            take(chunk.length);
            chunks.push(chunk);
          }
        } catch (error) {
          const ours = error instanceof Problem ||
            error instanceof ServerBusyError;
          throw ours
            ? error
            : new Problem("malformed", "The request broke off.");
        }
        return await new Blob(chunks).bytes();
      },
      /** Makes room for others. */
      leave: () => add(-held),
    };
  }
}

/** One body on its way. */
export type IncomingBody = ReturnType<IncomingBodies["enter"]>;
