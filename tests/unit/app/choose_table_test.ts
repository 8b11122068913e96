import assert from "node:assert/strict";
import { chooseTable, type TableSettings } from "../../../src/app/choose_table.ts";

const PEER = "/ip4/192.0.2.1/tcp/9710/p2p/12D3KooWA";

interface Changes {
  readonly dht?: TableSettings["discovery"]["dht"];
  readonly bootstrapPeers?: readonly string[];
  readonly rendezvousPoints?: readonly string[];
  readonly rendezvousServer?: boolean;
  readonly relayPeers?: readonly string[];
  readonly relayServer?: boolean;
}

function choose(changes: Changes): string | undefined {
  const { dht = "auto", bootstrapPeers = [], rendezvousPoints = [], relayPeers = [] } = changes;
  const { rendezvousServer = false, relayServer = false } = changes;
  return chooseTable({
    p2p: { bootstrapPeers },
    discovery: { dht, rendezvousPoints, rendezvousServer },
    reach: { relayPeers, relayServer },
  })?.kind;
}

Deno.test("chooseTable takes no part in a table when there is nobody to begin with", () => {
  assert.equal(choose({}), undefined);
});

Deno.test("chooseTable takes the private table when somebody is known", () => {
  assert.equal(choose({ bootstrapPeers: [PEER] }), "private");
  assert.equal(choose({ rendezvousPoints: [PEER] }), "private");
  assert.equal(choose({ relayPeers: [PEER] }), "private");
});

Deno.test("chooseTable takes the private table when others begin with this node", () => {
  assert.equal(choose({ rendezvousServer: true }), "private");
  assert.equal(choose({ relayServer: true }), "private");
});

Deno.test("chooseTable does what a person has decided", () => {
  assert.equal(choose({ dht: "off", bootstrapPeers: [PEER] }), undefined);
  assert.equal(choose({ dht: "private" }), "private");
  assert.equal(choose({ dht: "public" }), "public");
});
