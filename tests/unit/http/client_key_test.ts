import assert from "node:assert/strict";
import { toClientKey } from "../../../src/http/client_key.ts";

Deno.test("toClientKey is an IPv4 address as it is, also inside an IPv6 address", () => {
  assert.equal(toClientKey("192.0.2.7"), "192.0.2.7");
  assert.equal(toClientKey("::ffff:192.0.2.7"), "192.0.2.7");
});

Deno.test("toClientKey is the same for all addresses of an IPv6 network, and for no other", () => {
  const network = "2001:db8:0:1";
  for (
    const address of [
      "2001:db8:0:1::",
      "2001:db8:0:1::7",
      "2001:DB8:0:1:ffff:ffff:ffff:ffff",
      "2001:0db8:0000:0001::1",
    ]
  ) assert.equal(toClientKey(address), network, address);
  assert.equal(toClientKey("2001:db8:0:2::7"), "2001:db8:0:2");
  assert.equal(toClientKey("2001:db8::1:0:0:0:1"), network);
  assert.equal(toClientKey("::1"), "0:0:0:0");
  assert.equal(toClientKey("fe80::1%eth0"), "fe80:0:0:0");
});
