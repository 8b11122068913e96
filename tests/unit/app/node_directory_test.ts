import assert from "node:assert/strict";
import {
  createLocalQueueDirectory,
  createQueueDirectory,
} from "../../../src/app/queue_directory.ts";
import { AppError } from "../../../src/error/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import type { TaskQueue } from "../../../src/taskqueue/mod.ts";

const local = { peerId: "self" } as TaskQueue;

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

Deno.test("createQueueDirectory knows its own queue by every name", () => {
  const { queueOf } = createQueueDirectory({ local, network: undefined, token: undefined });
  for (const target of [{}, { peerId: "self" }, { multiaddr: "/ip4/1.2.3.4/tcp/1/p2p/self" }]) {
    assert.equal(queueOf(target), local);
  }
});

Deno.test("createQueueDirectory gives the queue of another node, and only of the one named", async () => {
  await using network = new MemoryHub().open({ peerId: "self" });
  const { queueOf } = createQueueDirectory({ local, network, token: "t" });
  assert.notEqual(queueOf({ peerId: "other" }), local);
  assert.notEqual(queueOf({ multiaddr: "/memory/other/p2p/other" }), local);
  assert.notEqual(queueOf({ multiaddr: "/memory/other/p2p/other", peerId: "other" }), local);
  assert.throws(
    () => queueOf({ multiaddr: "/memory/other/p2p/other", peerId: "third" }),
    failsWith("target_mismatch"),
  );
});

Deno.test("createQueueDirectory says that P2P is off", () => {
  const { queueOf } = createQueueDirectory({ local, network: undefined, token: undefined });
  assert.throws(() => queueOf({ peerId: "other" }), failsWith("p2p_disabled"));
});

Deno.test("createLocalQueueDirectory never reaches another node", () => {
  const { queueOf } = createLocalQueueDirectory(local);
  assert.equal(queueOf({}), local);
  assert.throws(() => queueOf({ peerId: "other" }), failsWith("forwarding_refused"));
  assert.throws(() => queueOf({ multiaddr: "/ip4/1/p2p/x" }), failsWith("forwarding_refused"));
});
