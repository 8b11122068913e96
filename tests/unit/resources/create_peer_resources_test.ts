import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createPeerResources } from "../../../src/resources/mod.ts";
import type { KnownPeer, Neighbourhood, PeerLink, WorkingPeer } from "../../../src/tools/mod.ts";

const context = { signal: new AbortController().signal };

function peer(peerId: string, lastSeenMs = 0): KnownPeer {
  return { peerId, multiaddrs: ["/ip4/192.0.2.1/tcp/1"], method: "mdns", lastSeenMs };
}

function around(peers: readonly KnownPeer[], clock = new FakeClock()): Neighbourhood {
  return {
    selfPeerId: "me",
    listenPort: 1,
    startedAtMs: 0,
    discoveredPeers: () => peers,
    workingPeers: (): readonly WorkingPeer[] => [
      { peerId: "w", workerId: "worker", taskTypes: ["work"], lastSeenMs: 0 },
    ],
    now: () => clock.now(),
  };
}

Deno.test("createPeerResources reads a peer as list_peers shows it", async () => {
  const provider = createPeerResources({ neighbourhood: around([peer("a")]) });
  const [content] = await provider.read("peer://a", context) ?? [];
  assert.ok(content !== undefined && "text" in content);
  const row = JSON.parse(content.text);
  assert.deepEqual([row["peer_id"], row.multiaddr, row.method, row.alive], [
    ...["a", "/ip4/192.0.2.1/tcp/1", "mdns", true],
  ]);
  for (const uri of ["peer://b", "peer://", "peer://a/b", "task://a"]) {
    assert.equal(await provider.read(uri, context), undefined, uri);
  }
});

Deno.test("createPeerResources lists all peers by id, page by page, whoever is seen meanwhile", async () => {
  const ids = Array.from({ length: 230 }, (_, n) => `p${String(n).padStart(3, "0")}`);
  const peers = ids.map((id) => peer(id)).reverse();
  const provider = createPeerResources({ neighbourhood: around(peers) });
  const first = await provider.list({}, context);
  assert.equal(first.resources.length, 100);
  peers.unshift(peers.pop() ?? peer("x"));
  const second = await provider.list({ cursor: first.nextCursor }, context);
  const third = await provider.list({ cursor: second.nextCursor }, context);
  const names = [first, second, third].flatMap(({ resources }) =>
    resources.map(({ name }) => name)
  );
  assert.deepEqual(names, [...ids, "w"]);
  assert.equal(third.nextCursor, undefined);
  assert.match(third.resources.at(-1)?.description ?? "", /takes work/);
});

Deno.test("createPeerResources tells who comes and goes, and not who was seen again", async () => {
  const clock = new FakeClock();
  let peers = [peer("a")];
  const neighbourhood = { ...around([], clock), discoveredPeers: () => peers };
  const provider = createPeerResources({ neighbourhood, clock });
  const stop = new AbortController();
  let changes = 0;
  const onChange = () => changes++;
  const watching = provider.watch?.("peer://a", { onChange, signal: stop.signal });
  await clock.advance(4_000);
  peers = [peer("a", 3_000)];
  await clock.advance(2_000);
  assert.equal(changes, 0);
  peers = [];
  await clock.advance(2_000);
  assert.equal(changes, 1);
  peers = [peer("a", 8_000)];
  await clock.advance(2_000);
  assert.equal(changes, 2);
  await clock.advance(200_000);
  assert.equal(changes, 3, "not alive any more");
  stop.abort();
  await watching;
  assert.equal(clock.pendingTimers, 0);
  assert.equal(provider.watch?.("task://a", { onChange, signal: stop.signal }), undefined);
});

Deno.test("createPeerResources tells who is connected, and who is no more", async () => {
  const clock = new FakeClock();
  let isConnected = false;
  const neighbourhood: Neighbourhood = {
    ...around([peer("a")], clock),
    connections: () => isConnected ? [LINK] : [],
  };
  const provider = createPeerResources({ neighbourhood, clock });
  const titleOf = async () =>
    (await provider.list({}, context)).resources.map(({ description }) => description)[0] ?? "";
  assert.match(await titleOf(), /^Seen lately, by mdns/);
  const stop = new AbortController();
  let changes = 0;
  const onChange = () => changes++;
  const watching = provider.watch?.("peer://a", { onChange, signal: stop.signal });
  isConnected = true;
  await clock.advance(2_000);
  assert.equal(changes, 1);
  assert.match(await titleOf(), /^Connected through a relay, found by mdns/);
  isConnected = false;
  await clock.advance(2_000);
  assert.equal(changes, 2);
  stop.abort();
  await watching;
});

const LINK: PeerLink = {
  ...{ peerId: "a", multiaddr: "/ip4/192.0.2.1/tcp/1", isRelayed: true, direction: "outbound" },
  ...{ openedAtMs: 0, streams: 1 },
};

Deno.test("createPeerResources completes ids of peers", async () => {
  const provider = createPeerResources({ neighbourhood: around([peer("ab"), peer("b")]) });
  const complete = (value: string) =>
    provider.complete?.("peer://{id}", { argument: "id", value, known: {} }, context);
  assert.deepEqual(await complete("a"), ["ab"]);
  assert.deepEqual(await complete(""), ["ab", "b", "w"]);
});
