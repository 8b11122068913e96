import assert from "node:assert/strict";
import { runTaskGroup } from "../../src/concurrency/mod.ts";
import { openSwarm, type SwarmWay } from "./open_swarm.ts";

const SIZE = 50;
const MAX_ROUNDS = 6;
/** libp2p leaves timers and a BroadcastChannel behind. */
const realNodes = { sanitizeOps: false, sanitizeResources: false };

/** Each node has to find all the others in a few rounds, whatever each round takes. */
async function converge(way: SwarmWay): Promise<void> {
  await runTaskGroup(async (group) => {
    await using swarm = await openSwarm(group, { size: SIZE, way });
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await swarm.look();
      if (Math.min(...swarm.countFound()) === SIZE - 1) break;
    }
    assert.deepEqual(swarm.countFound(), Array(SIZE).fill(SIZE - 1));
    const [first, last] = [swarm.members[0], swarm.members.at(-1)];
    assert.ok(first && last);
    const connection = await first.connect({ peerId: last.peerId });
    assert.equal(connection.peerId, last.peerId);
    group.cancel();
  });
}

Deno.test("fifty nodes find each other by the distributed hash table", realNodes, async () => {
  await converge("dht");
});

Deno.test("fifty nodes find each other at a rendezvous point", realNodes, async () => {
  await converge("rendezvous");
});
