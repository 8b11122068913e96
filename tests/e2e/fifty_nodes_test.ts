import assert from "node:assert/strict";
import { runTaskGroup, systemClock } from "../../src/concurrency/mod.ts";
import { openSwarm, type SwarmWay } from "./open_swarm.ts";

const SIZE = 50;
const MAX_ROUNDS = 6;
/** As long as nodes know nobody, which depends on how busy the machine is, a round is over at once. */
const MAX_EMPTY_ROUNDS = 600;
const PAUSE_MS = 100;
/** libp2p leaves timers and a BroadcastChannel behind. */
const realNodes = { sanitizeOps: false, sanitizeResources: false };

/** Each node has to find all the others in a few rounds, whatever each round takes. */
async function converge(way: SwarmWay): Promise<void> {
  await runTaskGroup(async (group) => {
    await using swarm = await openSwarm(group, { size: SIZE, way });
    for (let round = 0, empty = 0; round < MAX_ROUNDS && empty < MAX_EMPTY_ROUNDS;) {
      await swarm.look();
      const found = swarm.countFound();
      if (Math.min(...found) === SIZE - 1) break;
      if (Math.min(...found) > 0) round++;
      else empty++;
      await systemClock.sleep(PAUSE_MS);
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
