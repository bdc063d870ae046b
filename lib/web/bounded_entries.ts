import { LRUCache } from "lru-cache";
import { ServerBusyError } from "../errors.ts";
import { AddressCounts } from "./client_address.ts";

/**
 * Entries that end by themselves after a while, each of a client's address. When there are too many, in
 * all or of one address, the newcomer is refused; nobody's is ended for another.
 */
export class BoundedEntries<T extends { readonly address: string }>
  extends LRUCache<string, T> {
  readonly #ofAddress: AddressCounts;

  /**
   * @param most how many there may be
   * @param lasting `ttl`: how long an entry lasts, ms; `updateAgeOnGet`: since its last use
   * @param fullText what a newcomer is told
   */
  constructor(
    private readonly most: { readonly all: number; readonly ofAddress: number },
    { now, ...lasting }: {
      readonly ttl: number;
      readonly updateAgeOnGet?: boolean;
      /** The clock, ms. */
      readonly now: () => number;
    },
    private readonly fullText: string,
  ) {
    const counts = new AddressCounts();
    super({
      max: most.all,
      ttlResolution: 0,
      perf: { now },
      dispose: ({ address }) => counts.add(address, -1),
      ...lasting,
    });
    this.#ofAddress = counts;
  }

  /** @throws ServerBusyError when there are too many */
  add(id: string, entry: T): void {
    const isFull = () =>
      this.size >= this.most.all ||
      this.#ofAddress.add(entry.address, 0) >= this.most.ofAddress;
    // Looking for those that are over takes a while: not before their places are needed.
    if (isFull()) this.purgeStale();
    if (isFull()) throw new ServerBusyError(this.fullText);
    this.set(id, entry);
    this.#ofAddress.add(entry.address, 1);
  }
}
