/**
 * Many nodes that look for each other, as they do by themselves: when all know all, and what that
 * has cost. A process of its own, so that nothing else uses its memory. Needs `--expose-gc`.
 */

import { Socket } from "node:net";
import process from "node:process";
import { runTaskGroup, systemClock } from "../../src/concurrency/mod.ts";
import { openSwarm, type SwarmWay } from "../e2e/open_swarm.ts";
import { answerQuestions } from "./answer_questions.ts";
import { measurePeerMemory } from "./measure_peer_memory.ts";

declare function gc(): void;

const POLL_MS = 50;
const TIMEOUT_MS = 240_000;

/** What all nodes together have sent; each write of libp2p is one message, or a part of a long one. */
const sent = { messages: 0, bytes: 0 };

function countSent(): void {
  const { write } = Socket.prototype;
  Object.assign(Socket.prototype, {
    write(this: Socket, ...args: Parameters<typeof write>): boolean {
      sent.messages++;
      sent.bytes += args[0].length;
      return write.apply(this, args);
    },
  });
}

async function converge(way: SwarmWay, size: number): Promise<Record<string, number>> {
  return await runTaskGroup(async (group) => {
    const [startMs, before] = [performance.now(), { ...sent }];
    await using swarm = await openSwarm(group, { size, way });
    while (Math.min(...swarm.countFound()) < size - 1) {
      if (performance.now() - startMs > TIMEOUT_MS) throw new Error("The nodes do not converge");
      await systemClock.sleep(POLL_MS);
    }
    const outcome = {
      ms: performance.now() - startMs,
      messages: (sent.messages - before.messages) / size,
      bytes: (sent.bytes - before.bytes) / size,
    };
    group.cancel();
    return outcome;
  });
}

async function readHeapBytes(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let count = 0; count < 3; count++) gc();
  return process.memoryUsage().heapUsed;
}

countSent();
await answerQuestions({
  converge: ({ way, size }) => converge(way === "dht" ? "dht" : "rendezvous", Number(size)),
  memory: async ({ peers }) => ({ bytes: await measurePeerMemory(Number(peers), readHeapBytes) }),
});
// libp2p leaves a BroadcastChannel open that would keep the process alive.
Deno.exit(0);
