import assert from "node:assert/strict";
import { PeerNews } from "../../../../src/cli/peers/list/peer_news.ts";
import type { ShownPeers } from "../../../../src/cli/peers/shown_peer.ts";
import { DESKTOP, LAPTOP, makeShownPeers, STRANGER } from "./make_shown_peers.ts";

function summarize(news: PeerNews, shown: ShownPeers) {
  return news.update(shown).map((event) => {
    if (event.event === "method") return [event.event, event.method.method];
    return [event.event, event.event === "lost" ? event["peer_id"] : event.peer["peer_id"]];
  });
}

Deno.test("PeerNews tells everything at first, and then nothing until something changes", () => {
  const news = new PeerNews();
  assert.deepEqual(summarize(news, makeShownPeers()), [
    ["found", STRANGER],
    ["found", DESKTOP],
    ["found", LAPTOP],
    ["method", "mdns"],
    ["method", "rendezvous"],
    ["method", "dht"],
  ]);
  const later = makeShownPeers();
  for (const peer of later.peers) peer["last_seen"] += 5;
  for (const method of later.methods) method["last_success"] += 5;
  assert.deepEqual(summarize(news, later), []);
});

Deno.test("PeerNews tells who comes, goes and changes, and which method does better or worse", () => {
  const news = new PeerNews();
  news.update(makeShownPeers());
  const { peers, methods, ...rest } = makeShownPeers();
  const [stranger, desktop, laptop] = peers;
  assert.ok(stranger && desktop && laptop);
  const changed = { ...laptop, relayed: false };
  const better = methods.map((method) => ({ ...method, ok: true }));
  assert.deepEqual(summarize(news, { ...rest, peers: [desktop, changed], methods: better }), [
    ["changed", LAPTOP],
    ["lost", STRANGER],
    ["method", "rendezvous"],
    ["method", "dht"],
  ]);
  const back = { ...rest, peers: [stranger, desktop, changed], methods: better };
  assert.deepEqual(summarize(news, back), [["found", STRANGER]]);
});
