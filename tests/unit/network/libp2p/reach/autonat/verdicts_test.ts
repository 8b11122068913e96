import assert from "node:assert/strict";
import { FakeClock } from "../../../../../../src/concurrency/mod.ts";
import { Verdicts } from "../../../../../../src/network/libp2p/reach/autonat/verdicts.ts";

const [HERE, THERE] = ["/ip4/8.8.8.8/tcp/1", "/ip4/9.9.9.9/tcp/1"];
const HOUR_MS = 60 * 60 * 1000;

Deno.test("Verdicts knows nothing before anybody has tried", () => {
  const verdicts = new Verdicts(new FakeClock());
  assert.equal(verdicts.of(HERE), undefined);
  assert.equal(verdicts.status(), "unknown");
});

Deno.test("Verdicts calls a node public if one of its addresses can be dialled", () => {
  const verdicts = new Verdicts(new FakeClock());
  verdicts.add(HERE, "alice", false);
  assert.equal(verdicts.status(), "private");
  verdicts.add(THERE, "alice", true);
  assert.equal(verdicts.status(), "public");
  assert.deepEqual([verdicts.of(HERE), verdicts.of(THERE)], [false, true]);
});

Deno.test("Verdicts counts each peer once, and follows those who are more", () => {
  const verdicts = new Verdicts(new FakeClock());
  for (let index = 0; index < 5; index++) verdicts.add(HERE, "liar", false);
  verdicts.add(HERE, "alice", true);
  assert.equal(verdicts.of(HERE), true, "whoever got through is right");
  verdicts.add(HERE, "bob", false);
  assert.equal(verdicts.of(HERE), false);
  verdicts.add(HERE, "bob", true);
  assert.equal(verdicts.of(HERE), true, "the last word of a peer counts");
});

Deno.test("Verdicts forgets what is old, and what it is told to forget", async () => {
  const clock = new FakeClock();
  const verdicts = new Verdicts(clock);
  verdicts.add(HERE, "alice", true);
  await clock.advance(HOUR_MS + 1);
  assert.equal(verdicts.of(HERE), undefined);
  verdicts.add(HERE, "alice", true);
  verdicts.forget(HERE);
  assert.deepEqual(verdicts.addresses(), []);
});

Deno.test("Verdicts holds a bounded number of addresses and voices", () => {
  const verdicts = new Verdicts(new FakeClock());
  for (let index = 0; index < 100; index++) {
    verdicts.add(`/ip4/8.8.8.${index}/tcp/1`, "alice", true);
  }
  assert.equal(verdicts.addresses().length, 16);
  for (let index = 0; index < 100; index++) verdicts.add(HERE, `liar ${index}`, false);
  for (let index = 0; index < 8; index++) verdicts.add(HERE, `honest ${index}`, true);
  assert.equal(verdicts.of(HERE), true);
});
