import assert from "node:assert/strict";
import { rankMultiaddrs } from "../../../../src/network/discovery/rank_multiaddrs.ts";

Deno.test("rankMultiaddrs puts private networks first and drops nothing", () => {
  const best = [
    "/ip4/10.1.2.3/tcp/1",
    "/ip4/100.64.0.1/tcp/1",
    "/ip4/172.31.0.1/tcp/1",
    "/ip6/fd00::1/tcp/1",
  ];
  const good = ["/ip4/100.128.0.1/tcp/1", "/ip4/172.32.0.1/tcp/1", "/dns4/example.com/tcp/1"];
  const local = ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1"];
  const last = ["/ip4/169.254.1.1/tcp/1", "/ip6/fe80::1/tcp/1", "/ip6zone/eth0/ip6/fe80::2/tcp/1"];
  const mixed = [...last, ...local, ...good, ...best];
  assert.deepEqual(rankMultiaddrs(mixed), [...best, ...good, ...local, ...last]);
});
