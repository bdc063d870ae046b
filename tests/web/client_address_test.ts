import assert from "node:assert/strict";
import { clientAddress } from "../../lib/web/client_address.ts";

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
