import assert from "node:assert/strict";
import type { Libp2p } from "@libp2p/interface";
import { PeerStoreGuard } from "../../../../../src/network/libp2p/guard/peer_store_guard.ts";

/** What the guard uses of a node. */
class FakeNode extends EventTarget {
  readonly deleted: string[] = [];
  readonly patched: [peerId: string, addresses: number][] = [];
  readonly connected = new Set<string>();
  readonly tooMany: string[] = [];
  readonly errors: unknown[] = [];
  failure: Error | undefined;

  readonly peerStore = {
    delete: (id: string): Promise<void> => {
      this.deleted.push(id);
      return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
    },
    patch: (id: string, { addresses }: { addresses: readonly unknown[] }): Promise<void> => {
      this.patched.push([id, addresses.length]);
      return Promise.resolve();
    },
  };

  getConnections(id: string): readonly unknown[] {
    return this.connected.has(id) ? [{}] : [];
  }

  async update(id: string, addresses = 1): Promise<void> {
    const peer = { id, addresses: Array.from({ length: addresses }, () => ({})) };
    this.dispatchEvent(new CustomEvent("peer:update", { detail: { peer } }));
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function openGuardedNode(): FakeNode {
  const node = new FakeNode();
  new PeerStoreGuard({
    node: node as unknown as Libp2p,
    onTooMany: (peerId) => node.tooMany.push(peerId),
    onError: (error) => node.errors.push(error),
    maxPeers: 3,
  });
  return node;
}

Deno.test("PeerStoreGuard forgets who was heard of least lately", async () => {
  const node = openGuardedNode();
  for (const id of ["a", "b", "c", "a", "d"]) await node.update(id);
  assert.deepEqual(node.deleted, ["b"]);
  await node.update("e");
  assert.deepEqual(node.deleted, ["b", "c"]);
});

Deno.test("PeerStoreGuard keeps who is connected", async () => {
  const node = openGuardedNode();
  node.connected.add("a");
  for (const id of ["a", "b", "c", "d", "e"]) await node.update(id);
  assert.deepEqual(node.deleted, ["b", "c"]);
  node.connected.delete("a");
  await node.update("f");
  assert.deepEqual(node.deleted, ["b", "c", "a"]);
});

Deno.test("PeerStoreGuard cuts what is said of a peer, and blames nobody for what others say", async () => {
  const node = openGuardedNode();
  await node.update("honest", 128);
  await node.update("victim", 1_000);
  assert.deepEqual(node.patched, [["victim", 128]]);
  assert.deepEqual(node.tooMany, []);
});

Deno.test("PeerStoreGuard tells of a peer that says it has more addresses than anybody", () => {
  const node = openGuardedNode();
  const identify = (peerId: string, addresses: number): void => {
    const listenAddrs = Array.from({ length: addresses }, () => ({}));
    node.dispatchEvent(new CustomEvent("peer:identify", { detail: { peerId, listenAddrs } }));
  };
  identify("honest", 128);
  identify("mallory", 129);
  assert.deepEqual(node.tooMany, ["mallory"]);
});

Deno.test("PeerStoreGuard reports what fails", async () => {
  const node = openGuardedNode();
  node.failure = new Error("The store is closed");
  for (const id of ["a", "b", "c", "d"]) await node.update(id);
  assert.deepEqual(node.errors, [node.failure]);
});
