import assert from "node:assert/strict";
import { clientDoor } from "../../lib/web/client_door.ts";

Deno.test("clientDoor() keeps an IPv4 address, and of an IPv6 address the network that one household has", () => {
  const doors = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "::1": "0:0:0:0::/64",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2::9": "2001:db8:1:2::/64",
    "2001:db8::9": "2001:db8:0:0::/64",
    "fe80::1%eth0": "fe80:0:0:0::/64",
  };
  for (const [address, door] of Object.entries(doors)) {
    assert.equal(clientDoor(address), door);
  }
});
