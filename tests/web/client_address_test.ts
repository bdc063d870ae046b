import assert from "node:assert/strict";
import { clientAddress, senderOf } from "../../lib/web/client_address.ts";

Deno.test("clientAddress() keeps an IPv4 address, and of an IPv6 address the network that one household has", () => {
  const counted = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "::1": "0:0:0:0::/64",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2::9": "2001:db8:1:2::/64",
    "2001:db8::9": "2001:db8:0:0::/64",
    "fe80::1%eth0": "fe80:0:0:0::/64",
  };
  for (const [address, expected] of Object.entries(counted)) {
    assert.equal(clientAddress(address), expected);
  }
});

Deno.test("X-Forwarded-For counts from the trusted proxy alone, and only where an address stands last in it", () => {
  const proxy = "2001:db8:1:2::1";
  const spelled = "2001:0DB8:1:2:0:0:0:1";
  const neighbour = "2001:db8:1:2::2";
  const own = "2001:db8:1:2::/64";
  const cases = [
    [proxy, "192.0.2.7", proxy, "192.0.2.7"],
    [proxy, "made up, 192.0.2.7", spelled, "192.0.2.7"],
    [proxy, "2001:db8:9::1", proxy, "2001:db8:9:0::/64"],
    ["::ffff:127.0.0.1", "192.0.2.7", "127.0.0.1", "192.0.2.7"],
    [neighbour, "192.0.2.7", proxy, own],
    ["198.51.100.4", "192.0.2.7", proxy, "198.51.100.4"],
    ["198.51.100.4", "192.0.2.7", "", "198.51.100.4"],
    ["unknown", "192.0.2.7", "", "unknown"],
    [proxy, null, proxy, own],
    ...["", "somebody", "192.0.2.7, ", "192.0.2.7:80"].map((said) =>
      [proxy, said, proxy, own] as const
    ),
  ] as const;
  for (const [remote, said, trusted, expected] of cases) {
    assert.equal(senderOf(remote, said, trusted), expected, `${said}`);
  }
});
