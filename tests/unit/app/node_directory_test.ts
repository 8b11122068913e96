import assert from "node:assert/strict";
import {
  createNodeDirectory,
  createOwnDirectory,
  type OwnServices,
} from "../../../src/app/node_directory.ts";
import { createLocalCache } from "../../../src/cache/mod.ts";
import { AppError } from "../../../src/error/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import { createMemoryCacheStore } from "../../../src/store/memory/mod.ts";
import { createQueueClient, type TaskQueue } from "../../../src/taskqueue/mod.ts";

const queue = { peerId: "self" } as TaskQueue;
const cache = createLocalCache({ store: createMemoryCacheStore(), peerId: "self" });
const own: OwnServices = { queue, cache, callTool: ({ name }) => Promise.resolve({ name }) };

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

const CALL = { timeoutMs: 1_000, signal: new AbortController().signal };

Deno.test("createNodeDirectory knows its own services by every name", async () => {
  const directory = createNodeDirectory({ own, client: undefined });
  for (const target of [{}, { peerId: "self" }, { multiaddr: "/ip4/1.2.3.4/tcp/1/p2p/self" }]) {
    assert.equal(directory.queueOf(target), queue);
    assert.equal(directory.cacheOf(target), cache);
    const reply = await directory.callTool(target, { name: "x", args: {} }, CALL);
    assert.deepEqual(reply, { name: "x" });
  }
});

Deno.test("createNodeDirectory gives what another node has, and only the one named", async () => {
  await using network = new MemoryHub().open({ peerId: "self" });
  await using client = createQueueClient({ network, token: "t" });
  const { queueOf, cacheOf } = createNodeDirectory({ own, client });
  assert.equal(queueOf({ peerId: "other" }).peerId, "other");
  assert.equal(cacheOf({ peerId: "other" }).peerId, "other");
  assert.notEqual(queueOf({ multiaddr: "/memory/other/p2p/other" }), queue);
  assert.notEqual(queueOf({ multiaddr: "/memory/other/p2p/other", peerId: "other" }), queue);
  assert.throws(
    () => queueOf({ multiaddr: "/memory/other/p2p/other", peerId: "third" }),
    failsWith("target_mismatch"),
  );
});

Deno.test("createNodeDirectory says that P2P is off, or that there is no cache", () => {
  const directory = createNodeDirectory({ own: { ...own, cache: undefined }, client: undefined });
  assert.throws(() => directory.queueOf({ peerId: "other" }), failsWith("p2p_disabled"));
  assert.throws(() => directory.cacheOf({ peerId: "other" }), failsWith("p2p_disabled"));
  assert.throws(() => directory.cacheOf({}), failsWith("cache_disabled"));
});

Deno.test("createOwnDirectory never reaches another node", async () => {
  const directory = createOwnDirectory(own);
  assert.equal(directory.queueOf({}), queue);
  const refused = failsWith("forwarding_refused");
  assert.throws(() => directory.queueOf({ peerId: "other" }), refused);
  assert.throws(() => directory.queueOf({ multiaddr: "/ip4/1/p2p/x" }), refused);
  assert.throws(() => directory.cacheOf({ peerId: "other" }), refused);
  const call = directory.callTool({ peerId: "other" }, { name: "x", args: {} }, CALL);
  await assert.rejects(call, refused);
});
