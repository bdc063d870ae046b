/**
 * What a client counts as: its IPv4 address; of an IPv6 address the first 64 bits, for whoever has
 * one has that whole network (RFC 4291, 2.5.1) and could come from another address of it each time.
 *
 * @param address as the operating system gives it
 */
export function clientAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!address.includes(":")) return address;
  const [before = "", after] = address.split("%")[0]!.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const gap = Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return `${[...head, ...gap, ...tail].slice(0, 4).join(":")}::/64`;
}
