import assert from "node:assert/strict";
import { readStaticGraph } from "./source_tree.ts";

const HEAVY = /libp2p|modelcontextprotocol|node:sqlite|src\/store\/sqlite\//;

/** Doors that must stay cheap to import, and what they must not load. */
const LIGHT: readonly (readonly [string, RegExp])[] = [
  ["src/concurrency/mod.ts", /npm:|libp2p|src\/(?!concurrency\/|error\/)/],
  ["src/mcp/client/mod.ts", /libp2p|modelcontextprotocol\/server|src\/(store|taskqueue|worker)\//],
  ["src/mcp/server/mod.ts", /libp2p|modelcontextprotocol|src\/(store|taskqueue|worker)\//],
  [
    "src/network/mod.ts",
    /libp2p|octokit|multicast-dns|discovery\/(registry|rendezvous|mdns)\/|trust\/invite\//,
  ],
  ["src/app/run_server.ts", HEAVY],
  ["mod.ts", HEAVY],
  ["main.ts", /libp2p|node:sqlite|modelcontextprotocol/],
];

for (const [door, heavy] of LIGHT) {
  Deno.test(`importing ${door} does not load ${heavy.source}`, async () => {
    const graph = await readStaticGraph(door);
    assert.ok(graph.has(door));
    assert.deepEqual([...graph].filter((path) => path !== door && heavy.test(path)), []);
  });
}
