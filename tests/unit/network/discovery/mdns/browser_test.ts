import assert from "node:assert/strict";
import type { FoundPeer } from "../../../../../src/network/discovery/discovery_method.ts";
import { Browser } from "../../../../../src/network/discovery/mdns/browser.ts";
import {
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createAnnouncement } from "./announcing.ts";
import { MDNS_PORT } from "./fake_lan.ts";

const SELF = createPeerId(1);
const PEER = createPeerId(2);
const HERE = { address: "192.168.1.2", port: MDNS_PORT };
const ELSEWHERE = { address: "192.168.1.66", port: MDNS_PORT };

function createBrowser() {
  const found: FoundPeer[] = [];
  const lost: string[] = [];
  const browser = new Browser({
    services: [LIBP2P_SERVICE, MCPP_SERVICE],
    ownLabel: "own",
    selfPeerId: SELF,
    found: (peer) => found.push(peer),
    lost: (peerId) => lost.push(peerId),
  });
  return { browser, found, lost };
}

function announce(peerId: string, label: string, ttlSeconds = 120) {
  const strings = [`dnsaddr=/ip4/192.168.1.2/tcp/1/p2p/${peerId}`];
  return createAnnouncement({ label, ttlSeconds, strings });
}

Deno.test("Browser reports who is announced, for as long as that holds, but never for hours", () => {
  const { browser, found } = createBrowser();
  browser.hear(announce(PEER, "a", 30), HERE);
  browser.hear(announce(PEER, "a", 4500), HERE);
  assert.deepEqual(found.map(({ peerId, ttlMs }) => ({ peerId, ttlMs })), [
    { peerId: PEER, ttlMs: 30_000 },
    { peerId: PEER, ttlMs: 120_000 },
  ]);
  assert.ok(browser.hasFound);
  browser.beginRound();
  assert.ok(!browser.hasFound);
});

Deno.test("Browser does not take this node for a peer, by its instance or by its id", () => {
  const { browser, found } = createBrowser();
  browser.hear(announce(SELF, "a"), HERE);
  browser.hear(announce(PEER, "own"), HERE);
  assert.deepEqual(found, []);
});

Deno.test("Browser tells once that a peer goes", () => {
  const { browser, lost } = createBrowser();
  browser.hear(announce(PEER, "a"), HERE);
  browser.hear(announce(PEER, "a", 0), HERE);
  browser.hear(announce(PEER, "a", 0), HERE);
  assert.deepEqual(lost, [PEER]);
});

Deno.test("Browser lets nobody take back what another has announced", () => {
  const { browser, lost } = createBrowser();
  browser.hear(announce(PEER, "a"), HERE);
  browser.hear(announce(PEER, "a", 0), ELSEWHERE);
  browser.hear(announce(PEER, "b", 0), HERE);
  assert.deepEqual(lost, []);
});

Deno.test("Browser hears a few from one address, so that a liar leaves room for others", () => {
  const { browser, found } = createBrowser();
  for (let seed = 100; seed < 300; seed++) {
    browser.hear(announce(createPeerId(seed), "x"), ELSEWHERE);
  }
  assert.equal(found.length, 64);
  browser.hear(announce(PEER, "a"), HERE);
  assert.equal(found.at(-1)?.peerId, PEER);
  browser.beginRound();
  browser.hear(announce(createPeerId(299), "x"), ELSEWHERE);
  assert.equal(found.length, 66);
});

Deno.test("Browser remembers a limited number of instances to take their leave", () => {
  const { browser, lost } = createBrowser();
  browser.hear(announce(PEER, "first"), HERE);
  for (let index = 0; index < 1024; index++) browser.hear(announce(PEER, `x${index}`), HERE);
  browser.hear(announce(PEER, "first", 0), HERE);
  assert.deepEqual(lost, []);
  browser.hear(announce(PEER, "x0", 0), HERE);
  assert.deepEqual(lost, [PEER]);
});
