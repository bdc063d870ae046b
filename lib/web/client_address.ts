import { isIP } from "node:net";

/**
 * What a client counts as: its IPv4 address; of an IPv6 address the first 64 bits, for whoever has
 * one has that whole network (RFC 4291, 2.5.1) and could come from another address of it each time.
 *
 * @param address as the operating system gives it
 */
export function clientAddress(address: string): string {
  const whole = wholeAddress(address);
  if (!whole.includes(":")) return whole;
  const [before = "", after] = whole.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const gap = Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return `${[...head, ...gap, ...tail].slice(0, 4).join(":")}::/64`;
}

/**
 * The client that a request is from: the socket's other end, or whom a trusted proxy asks for. It
 * appends that one's address to X-Forwarded-For; what stands before may be made up.
 *
 * @param remote the socket's other end
 * @param forwardedFor the header; null without
 * @param trustedProxy the one address whose header counts; empty for none
 * @returns as `clientAddress` says it; the proxy's own where its header names no address
 */
export function senderOf(
  remote: string,
  forwardedFor: string | null,
  trustedProxy: string,
): string {
  const said = forwardedFor?.split(",").at(-1)?.trim() ?? "";
  const counts = isIP(said) !== 0 && isSameAddress(remote, trustedProxy);
  return clientAddress(counts ? said : remote);
}

/** Whether two addresses are one, however they are written. */
export function isSameAddress(a: string, b: string): boolean {
  return wholeAddress(a) === wholeAddress(b);
}

/** An IPv4 address out of the IPv6 one it was mapped to; any other IPv6 address in its shortest spelling (RFC 5952). */
function wholeAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const [bare = ""] = address.split("%");
  const spelled = isIP(bare) === 6
    ? URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1)
    : undefined;
  return spelled ?? address;
}

/** Counts by client address; an address at 0 takes no room. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** Adds to an address's count, and returns what it is then. */
  add(address: string, more: number): number {
    const count = (this.#counts.get(address) ?? 0) + more;
    if (count === 0) this.#counts.delete(address);
    else this.#counts.set(address, count);
    return count;
  }
}
