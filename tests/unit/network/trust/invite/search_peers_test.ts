import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type { PeerConnection } from "../../../../../src/network/mod.ts";
import { searchPeers } from "../../../../../src/network/trust/invite/search_peers.ts";

interface Found {
  readonly found: string;
}

type Ask = (peerId: string, signal: AbortSignal) => Promise<Found | "none" | "later">;

/** A network in which peers appear when a test says so. */
function createPeers() {
  const connected: string[] = [];
  const discovered: string[] = [];
  let looks = 0;
  const connection = (peerId: string): PeerConnection => ({
    peerId,
    multiaddr: `/memory/${peerId}`,
    isRelayed: false,
    direction: "outbound",
    openedAtMs: 0,
    streams: 0,
  });
  return {
    connected,
    discovered,
    looks: () => looks,
    network: {
      connections: () => connected.map(connection),
      discoveredPeers: () =>
        discovered.map((peerId) => ({
          peerId,
          multiaddrs: [],
          method: "fake",
          methods: ["fake"],
          lastSeenMs: 0,
        })),
      discover: () => {
        looks += 1;
        return Promise.resolve([]);
      },
    },
  };
}

function start(ask: Ask, timeoutMs = 10_000, signal?: AbortSignal) {
  const clock = new FakeClock();
  const peers = createPeers();
  const search = (): Promise<Found | undefined> =>
    searchPeers<Found>({ network: peers.network, ask, timeoutMs, clock, signal });
  return { clock, ...peers, search };
}

const never = (): Promise<never> => new Promise(() => {});

/** Answers when it is given up. */
const stalled: Ask = (_peerId, signal) =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );

Deno.test("searchPeers asks connected peers first, and each once", async () => {
  const asked: string[] = [];
  const ask: Ask = (peerId) => {
    asked.push(peerId);
    return Promise.resolve("none");
  };
  const { clock, connected, discovered, search } = start(ask);
  discovered.push("a", "b");
  connected.push("b", "c");
  const searching = search();
  await clock.advance(10_000);
  assert.equal(await searching, undefined);
  assert.deepEqual(asked, ["b", "c", "a"]);
});

Deno.test("searchPeers asks peers that are found meanwhile, and looks again and again", async () => {
  const ask: Ask = (peerId) => Promise.resolve(peerId === "late" ? { found: peerId } : "none");
  const { clock, discovered, looks, search } = start(ask);
  const searching = search();
  await clock.advance(7_000);
  assert.equal(looks(), 3);
  discovered.push("other", "late");
  await clock.advance(100);
  assert.deepEqual(await searching, { found: "late" });
});

Deno.test("searchPeers waits for no other peer when one has what is looked for", async () => {
  const ask: Ask = (peerId, signal) =>
    peerId === "good" ? Promise.resolve({ found: peerId }) : stalled(peerId, signal);
  const { discovered, search } = start(ask);
  discovered.push("stalled", "good");
  assert.deepEqual(await search(), { found: "good" });
});

Deno.test("searchPeers asks 16 peers at a time", async () => {
  let open = 0;
  let most = 0;
  const ask: Ask = async (peerId, signal) => {
    most = Math.max(most, ++open);
    try {
      return await stalled(peerId, signal);
    } finally {
      open--;
    }
  };
  const { clock, discovered, search } = start(ask);
  discovered.push(...Array.from({ length: 100 }, (_, index) => `peer${index}`));
  const searching = search();
  await clock.advance(10_000);
  assert.equal(await searching, undefined);
  assert.equal(most, 16);
  assert.equal(open, 0);
});

Deno.test("searchPeers asks a peer again that could not be asked", async () => {
  let attempts = 0;
  const ask: Ask = (peerId) => Promise.resolve(++attempts < 2 ? "later" : { found: peerId });
  const { clock, discovered, search } = start(ask);
  discovered.push("starting");
  const searching = search();
  await clock.advance(4_900);
  assert.equal(attempts, 1);
  await clock.advance(300);
  assert.deepEqual(await searching, { found: "starting" });
});

Deno.test("searchPeers ends with what ask throws, and with the reason of the signal", async () => {
  const failing = start(() => Promise.reject(new Error("Refused")));
  failing.discovered.push("a");
  await assert.rejects(failing.search(), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors.map(({ message }) => message), ["Refused"]);
    return true;
  });
  const controller = new AbortController();
  const given = start(stalled, 10_000, controller.signal);
  given.discovered.push("a");
  const searching = given.search();
  const reason = new Error("Enough");
  controller.abort(reason);
  await assert.rejects(searching, (error) => error === reason);
});

Deno.test("searchPeers ends in time although discovery hangs", async () => {
  const clock = new FakeClock();
  const { network } = createPeers();
  const hanging = {
    ...network,
    discover: (options?: { readonly signal?: AbortSignal | undefined }) =>
      stalled("", options?.signal ?? new AbortController().signal).then(() => []),
  };
  const searching = searchPeers<Found>({ network: hanging, ask: never, timeoutMs: 500, clock });
  await clock.advance(500);
  assert.equal(await searching, undefined);
});
