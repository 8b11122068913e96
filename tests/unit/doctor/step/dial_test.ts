import assert from "node:assert/strict";
import { systemClock } from "../../../../src/concurrency/mod.ts";
import { dial } from "../../../../src/doctor/step/dial.ts";
import { findFreeAddress, listenOnPort, sayNothing, toResolved } from "../listeners.ts";

const OPTIONS = { timeoutMs: 5_000, clock: systemClock, signal: new AbortController().signal };

Deno.test("dial finds the addresses at which somebody listens", async () => {
  await using listener = listenOnPort(sayNothing);
  const free = findFreeAddress();
  const addresses = [free, listener.multiaddr].map(toResolved);
  const { finding, value } = await dial(addresses, OPTIONS);
  assert.equal(finding.status, "ok");
  assert.match(finding.message, /^127\.0\.0\.1:\d+ answers after \d+ ms$/);
  assert.deepEqual(value?.map(({ multiaddr }) => multiaddr), [listener.multiaddr]);
  assert.partialDeepStrictEqual(finding.details, {
    addresses: [{ multiaddr: free, code: "connection_refused" }, { multiaddr: listener.multiaddr }],
  });
});

Deno.test("dial says that nobody listens", async () => {
  const address = toResolved(findFreeAddress());
  const { finding, value } = await dial([address], OPTIONS);
  assert.equal(value, undefined);
  assert.partialDeepStrictEqual(finding, { status: "failed", code: "connection_refused" });
  assert.match(finding.message, /nobody listens there/);
  assert.ok(finding.hint);
});

Deno.test("dial says that a packet filter may be in the way if there is no answer at all", async () => {
  const address = toResolved("/ip4/127.0.0.1/tcp/1");
  const { finding } = await dial([address], { ...OPTIONS, timeoutMs: 0 });
  assert.equal(finding.code, "no_answer");
  assert.match(finding.hint ?? "", /firewall/);
});

Deno.test("dial says that it is the relay that answers", async () => {
  await using listener = listenOnPort(sayNothing);
  const address = toResolved(`${listener.multiaddr}/p2p/12D3KooWr/p2p-circuit/p2p/12D3KooWa`);
  const { finding } = await dial([address], OPTIONS);
  assert.match(finding.message, /^The relay at /);
});

Deno.test("dial says that no path leads to an address", async () => {
  const { finding } = await dial([toResolved("/ip4/255.255.255.255/tcp/1")], OPTIONS);
  assert.equal(finding.status, "failed");
  assert.match(finding.code ?? "", /^(no_route|not_permitted)$/);
});
