import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { PeerBook, type PeerBookChange } from "../../../../src/network/discovery/peer_book.ts";
import type { Finder } from "../../../../src/network/discovery/peer_entry.ts";

const MDNS: Finder = { name: "mdns", reach: "lan" };
const FILE: Finder = { name: "announce-file", reach: "host" };
const DHT: Finder = { name: "dht", reach: "wide" };
const LAN = "/ip4/192.168.1.7/tcp/9710";
const WAN = "/ip4/172.32.0.7/tcp/9710";
const LOOPBACK = "/ip4/127.0.0.1/tcp/9710";
const START_MS = 1_000_000;

function createBook(options: { maxPeers?: number; ttlMs?: number } = {}) {
  const clock = new FakeClock(START_MS);
  const book = new PeerBook({ selfPeerId: "self", clock, ...options });
  const find = (peerId: string, multiaddr = LAN, finder = MDNS): boolean =>
    book.found(finder, { peerId, multiaddrs: [multiaddr] });
  return { clock, book, find };
}

const ids = (book: PeerBook): string[] => book.list().map(({ peerId }) => peerId);

Deno.test("PeerBook merges what several methods say about a peer", async () => {
  const { clock, book, find } = createBook();
  find("a", WAN, DHT);
  await clock.advance(10);
  find("a", LAN, MDNS);
  find("a", LAN, DHT);
  assert.deepEqual(book.get("a"), {
    peerId: "a",
    multiaddrs: [`${LAN}/p2p/a`, `${WAN}/p2p/a`],
    method: "mdns",
    methods: ["mdns", "dht"],
    lastSeenMs: START_MS + 10,
    lastVerifiedMs: undefined,
  });
  assert.deepEqual([book.countOf("mdns"), book.countOf("dht"), book.countOf("x")], [1, 1, 0]);
});

Deno.test("PeerBook forgets what each method says when its time has passed", async () => {
  const { clock, book } = createBook({ ttlMs: 100 });
  book.found(DHT, { peerId: "a", multiaddrs: [WAN], ttlMs: 1_000 });
  book.found(MDNS, { peerId: "a", multiaddrs: [LAN] });
  await clock.advance(100);
  assert.deepEqual(book.get("a")?.multiaddrs, [`${WAN}/p2p/a`]);
  assert.deepEqual(book.get("a")?.methods, ["dht"]);
  await clock.advance(900);
  assert.equal(book.get("a"), undefined);
  assert.deepEqual(book.list(), []);
});

Deno.test("PeerBook forgets what a method takes back, and nothing else", () => {
  const { book, find } = createBook();
  find("a", LAN, MDNS);
  find("a", WAN, DHT);
  book.lost(MDNS, "a");
  assert.deepEqual(book.get("a")?.multiaddrs, [`${WAN}/p2p/a`]);
  book.lost(DHT, "a");
  book.lost(DHT, "a");
  assert.equal(book.get("a"), undefined);
});

Deno.test("PeerBook lists the most recently seen peer first", async () => {
  const { clock, book, find } = createBook();
  for (const peerId of ["a", "b", "c"]) find(peerId);
  assert.deepEqual(ids(book), ["c", "b", "a"]);
  await clock.advance(30);
  book.touch("a");
  book.touch("unknown");
  assert.deepEqual(ids(book), ["a", "c", "b"]);
  book.found(DHT, { peerId: "b", multiaddrs: [LAN], lastSeenMs: START_MS + 20 });
  assert.deepEqual(ids(book), ["a", "b", "c"]);
});

Deno.test("PeerBook lets traffic keep a peer", async () => {
  const { clock, book, find } = createBook({ ttlMs: 100 });
  find("a");
  find("b");
  await clock.advance(60);
  book.touch("a");
  await clock.advance(60);
  assert.deepEqual(ids(book), ["a"]);
  await clock.advance(40);
  assert.deepEqual(ids(book), []);
});

Deno.test("PeerBook lets traffic keep only the address that has led to the peer", async () => {
  const { clock, book, find } = createBook({ ttlMs: 100 });
  find("a", LAN);
  find("a", WAN);
  book.noteVerified("a", LAN);
  await clock.advance(60);
  book.touch("a");
  await clock.advance(60);
  assert.deepEqual(book.get("a")?.multiaddrs, [`${LAN}/p2p/a`]);
  // It is connected, and still known by what has found it.
  assert.deepEqual(book.get("a")?.methods, ["mdns"]);
  assert.equal(book.countOf("mdns"), 0);
});

Deno.test("PeerBook puts near addresses first, then those where the peer has answered", () => {
  const { book, find } = createBook();
  find("a", WAN, DHT);
  find("a", "/ip4/172.32.0.8/tcp/1", DHT);
  find("a", "/ip4/10.0.0.1/tcp/1", DHT);
  find("a", LAN, MDNS);
  find("a", LOOPBACK, FILE);
  assert.equal(book.get("a")?.method, "announce-file");
  const before = [LOOPBACK, LAN, "/ip4/10.0.0.1/tcp/1", WAN, "/ip4/172.32.0.8/tcp/1"];
  assert.deepEqual(book.get("a")?.multiaddrs, before.map((each) => `${each}/p2p/a`));
  book.noteVerified("a", "/ip4/172.32.0.8/tcp/1/p2p/a");
  const after = [LOOPBACK, LAN, "/ip4/172.32.0.8/tcp/1", "/ip4/10.0.0.1/tcp/1", WAN];
  assert.deepEqual(book.get("a")?.multiaddrs, after.map((each) => `${each}/p2p/a`));
  assert.equal(book.get("a")?.lastVerifiedMs, START_MS);
});

Deno.test("PeerBook does not list who was never heard of, but knows the way", () => {
  const { book } = createBook();
  book.found(DHT, { peerId: "a", multiaddrs: [WAN], lastSeenMs: 0, ttlMs: Infinity });
  assert.deepEqual(book.list(), []);
  assert.deepEqual(book.get("a")?.multiaddrs, [`${WAN}/p2p/a`]);
  book.noteVerified("a", WAN);
  assert.deepEqual(ids(book), ["a"]);
});

Deno.test("PeerBook does not take a sign from the future", () => {
  const { book } = createBook();
  book.found(DHT, { peerId: "a", multiaddrs: [WAN], lastSeenMs: START_MS * 2 });
  assert.equal(book.get("a")?.lastSeenMs, START_MS);
});

Deno.test("PeerBook does not list who was dialled on somebody's word alone", () => {
  const { book } = createBook();
  book.noteVerified("a", LAN);
  assert.equal(book.get("a"), undefined);
});

Deno.test("PeerBook never lists this node, nor what cannot be dialled", () => {
  const { book, find } = createBook();
  assert.equal(find("self"), false);
  assert.equal(find("a", "/ip4/0.0.0.0/tcp/9710"), false);
  assert.equal(find("a", `${LAN}/p2p/b`), false);
  assert.equal(find("a/../b"), false);
  assert.equal(find(""), false);
  for (const ttlMs of [0, -1, NaN]) {
    assert.equal(book.found(MDNS, { peerId: "a", multiaddrs: [LAN], ttlMs }), false);
  }
  assert.equal(book.found(MDNS, { peerId: "a", multiaddrs: [] }), false);
  assert.deepEqual(book.list(), []);
});

Deno.test("PeerBook drops far and old peers first when it is full", async () => {
  const { clock, book, find } = createBook({ maxPeers: 4 });
  book.found(DHT, { peerId: "static", multiaddrs: [WAN], lastSeenMs: 0, ttlMs: Infinity });
  find("answered", WAN, DHT);
  book.noteVerified("answered", WAN);
  find("near", LAN, MDNS);
  for (let liar = 0; liar < 20; liar++) {
    await clock.advance(1);
    find(`liar${liar}`, WAN, DHT);
  }
  assert.deepEqual(ids(book), ["liar19", "near", "answered"]);
  assert.ok(book.get("static") !== undefined);
});

Deno.test("PeerBook keeps where a peer has answered when somebody claims a thousand addresses", () => {
  const { book, find } = createBook();
  find("a", WAN, DHT);
  book.noteVerified("a", WAN);
  find("a", LAN, MDNS);
  const multiaddrs = Array.from({ length: 1000 }, (_, port) => `/ip4/198.51.100.1/tcp/${port}`);
  book.found(DHT, { peerId: "a", multiaddrs });
  const known = book.get("a")?.multiaddrs ?? [];
  assert.equal(known.length, 16);
  assert.deepEqual(known.slice(0, 2), [`${LAN}/p2p/a`, `${WAN}/p2p/a`]);
});

Deno.test("PeerBook keeps what a person has configured when somebody near claims other addresses", () => {
  const { book } = createBook();
  book.found(DHT, { peerId: "a", multiaddrs: [WAN], ttlMs: Infinity });
  const multiaddrs = Array.from({ length: 16 }, (_, port) => `/ip4/192.168.1.66/tcp/${port}`);
  for (let round = 0; round < 3; round++) book.found(MDNS, { peerId: "a", multiaddrs });
  assert.ok(book.get("a")?.multiaddrs.includes(`${WAN}/p2p/a`));
});

Deno.test("PeerBook tells of changes until it need not", () => {
  const { book, find } = createBook();
  const changes: PeerBookChange[] = [];
  const subscription = book.subscribe((change) => changes.push(change));
  find("a");
  find("a");
  // No sign of the peer itself, and nothing new.
  for (let turn = 0; turn < 2; turn++) {
    book.found(MDNS, { peerId: "a", multiaddrs: [LAN], lastSeenMs: 0 });
  }
  book.noteVerified("a", LAN);
  book.touch("a");
  book.lost(MDNS, "a");
  subscription[Symbol.dispose]();
  find("b");
  assert.deepEqual(changes, [
    { peerId: "a", isSeen: true },
    { peerId: "a", isSeen: true },
    { peerId: "a", verifiedMultiaddr: `${LAN}/p2p/a` },
    { peerId: "a" },
  ]);
});

Deno.test("PeerBook stays within its bounds whatever is claimed", () => {
  const claim = fc.record({
    peerId: fc.oneof(fc.string(), fc.stringMatching(/^[a-z]$/)),
    multiaddrs: fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom(LAN, WAN, LOOPBACK))),
    ttlMs: fc.option(fc.double(), { nil: undefined }),
    lastSeenMs: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 50 }), (claims) => {
      const { book } = createBook({ maxPeers: 8 });
      for (const each of claims) book.found(MDNS, each);
      const peers = book.list();
      assert.ok(peers.length <= 8);
      for (const { peerId, multiaddrs } of peers) {
        assert.ok(multiaddrs.length >= 1 && multiaddrs.length <= 16);
        assert.ok(multiaddrs.every((each) => each.endsWith(`/p2p/${peerId}`)));
      }
    }),
    { numRuns: 200 },
  );
});
