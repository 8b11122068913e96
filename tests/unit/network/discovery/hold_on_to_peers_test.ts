import assert from "node:assert/strict";
import { FakeClock, runTaskGroup, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { holdOnToPeers } from "../../../../src/network/discovery/hold_on_to_peers.ts";
import { PeerBook } from "../../../../src/network/discovery/peer_book.ts";
import { PeerMemory } from "../../../../src/network/discovery/peer_memory.ts";
import type { PeerTarget } from "../../../../src/network/network.ts";
import { withDirectory } from "../with_directory.ts";

const LAN = "/ip4/192.168.1.7/tcp/9710";
const MDNS = { name: "mdns", reach: "lan" } as const;

interface World {
  readonly clock: FakeClock;
  readonly book: PeerBook;
  readonly dialled: PeerTarget[];
}

interface WorldOptions {
  readonly directory?: string;
  readonly bootstrap?: readonly string[];
  /** Who answers, by id or address. */
  readonly up?: Readonly<Record<string, string>>;
}

async function withPeers(
  { directory, bootstrap = [], up = {} }: WorldOptions,
  run: (world: World) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock(1_000);
  const book = new PeerBook({ selfPeerId: "self", clock });
  const memory = directory === undefined ? undefined : await PeerMemory.open(directory, { clock });
  const dialled: PeerTarget[] = [];
  await runTaskGroup(async (group) => {
    holdOnToPeers(group, {
      book,
      memory,
      bootstrap,
      connect: (target) => {
        dialled.push(target);
        const peerId = up["peerId" in target ? target.peerId : target.multiaddr];
        return peerId === undefined
          ? Promise.reject(new Error("refused"))
          : Promise.resolve(peerId);
      },
      waitUntilLost: (_peerId, signal) => waitForAbort(signal),
      clock,
      logger: undefined,
      random: () => 0,
    });
    await run({ clock, book, dialled });
    group.cancel();
  });
}

Deno.test("holdOnToPeers dials configured peers, and lists those that have answered", () =>
  withPeers({
    bootstrap: [`${LAN}/p2p/a`, "/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1", "/dnsaddr/x.org"],
    up: { "a": "a", "/ip4/10.0.0.1/tcp/1": "b" },
  }, async ({ clock, book, dialled }) => {
    await clock.advance(0);
    assert.deepEqual(dialled, [
      { peerId: "a" },
      { multiaddr: "/ip4/10.0.0.1/tcp/1" },
      { multiaddr: "/ip4/10.0.0.2/tcp/1" },
    ]);
    assert.deepEqual(book.get("a")?.multiaddrs, [`${LAN}/p2p/a`]);
    assert.deepEqual(book.list().map(({ peerId, method }) => [peerId, method]), [
      ["b", "bootstrap"],
    ]);
    assert.equal(book.get("b")?.multiaddrs[0], "/ip4/10.0.0.1/tcp/1/p2p/b");
  }));

Deno.test("holdOnToPeers dials peers that the DNS leads to", () =>
  withPeers({}, async ({ clock, book, dialled }) => {
    const finder = { name: "bootstrap", reach: "wide" } as const;
    book.found(finder, { peerId: "a", multiaddrs: [LAN], lastSeenMs: 0 });
    await clock.advance(0);
    assert.deepEqual(dialled, [{ peerId: "a" }]);
  }));

Deno.test("holdOnToPeers holds peers that were found and have answered, and no others", () =>
  withDirectory((directory) =>
    withPeers({ directory, up: { "a": "a" } }, async ({ clock, book, dialled }) => {
      book.found(MDNS, { peerId: "a", multiaddrs: [LAN] });
      book.found(MDNS, { peerId: "b", multiaddrs: [LAN] });
      await clock.advance(0);
      assert.deepEqual(dialled, []);
      book.noteVerified("a", LAN);
      await clock.advance(0);
      assert.deepEqual(dialled, [{ peerId: "a" }]);
    })
  ));

Deno.test("holdOnToPeers dials peers of an earlier life, and does not list them before", () =>
  withDirectory(async (directory) => {
    await withPeers({ directory }, ({ book }) => {
      book.found(MDNS, { peerId: "a", multiaddrs: [LAN] });
      book.noteVerified("a", LAN);
      return Promise.resolve();
    });
    await withPeers({ directory }, async ({ clock, book, dialled }) => {
      await clock.advance(1_000);
      assert.deepEqual(dialled, [{ peerId: "a" }, { peerId: "a" }]);
      assert.deepEqual(book.list(), []);
      await clock.advance(86_400_000);
      assert.deepEqual(book.get("a")?.multiaddrs, [`${LAN}/p2p/a`]);
    });
  }));

Deno.test("holdOnToPeers remembers nobody unless told where", () =>
  withPeers({}, async ({ clock, book, dialled }) => {
    book.found(MDNS, { peerId: "a", multiaddrs: [LAN] });
    book.noteVerified("a", LAN);
    await clock.advance(0);
    assert.deepEqual(dialled, []);
  }));

Deno.test("holdOnToPeers dials peers that a person trusts before they have given a sign", () =>
  withPeers({}, async ({ clock, book, dialled }) => {
    const found = { peerId: "friend", multiaddrs: [LAN], ttlMs: Infinity, lastSeenMs: 0 };
    book.found(MDNS, { ...found, peerId: "stranger" });
    book.found({ name: "trusted", reach: "wide" }, found);
    await clock.advance(0);
    assert.deepEqual(dialled, [{ peerId: "friend" }]);
    await clock.advance(2_000);
    assert.equal(dialled.length, 2, "again and again");
  }));

Deno.test("holdOnToPeers dials a missing peer as soon as it is seen", () =>
  withPeers({ bootstrap: [`${LAN}/p2p/a`] }, async ({ clock, book, dialled }) => {
    await clock.advance(40_000);
    const before = dialled.length;
    book.found(MDNS, { peerId: "a", multiaddrs: [LAN] });
    await clock.advance(0);
    assert.deepEqual(dialled.slice(before), [{ peerId: "a" }]);
  }));
