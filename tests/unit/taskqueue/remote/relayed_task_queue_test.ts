import assert from "node:assert/strict";
import { systemClock } from "../../../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../../../src/network/libp2p/mod.ts";
import { createAuthorizer, type Network } from "../../../../src/network/mod.ts";
import { serveRpc } from "../../../../src/rpc/mod.ts";
import { createQueueClient, createTaskQueueServer } from "../../../../src/taskqueue/mod.ts";
import { withLocalQueue } from "../with_local_queue.ts";
import { TOKEN } from "../with_remote_queue.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const REAL_NETWORK = { sanitizeOps: false, sanitizeResources: false };
const LISTEN = ["/ip4/127.0.0.1/tcp/0"];
/** Far less than anybody would want. */
const MAX_RELAYED_MS = 300;
const TEST_MS = 2_000;
const POLL_MS = 20;

async function relayedAddressOf(network: Network): Promise<string> {
  for (;;) {
    const found = network.multiaddrs().find((address) => address.includes("/p2p-circuit"));
    if (found !== undefined) return found;
    await systemClock.sleep(POLL_MS);
  }
}

Deno.test(
  "RemoteTaskQueue goes on when the relay cuts its connection at the limit",
  REAL_NETWORK,
  async () => {
    const relayServer = { maxDurationMs: MAX_RELAYED_MS };
    await using relay = await openLibp2pNetwork({ listen: LISTEN, reach: { relayServer } });
    const relays = relay.multiaddrs();
    const reach = { relays, holePunch: false };
    await using server = await openLibp2pNetwork({ listen: LISTEN, reach, bootstrap: relays });
    await using network = await openLibp2pNetwork({ reach });
    const multiaddr = await relayedAddressOf(server);
    await withLocalQueue(async ({ queue, group }) => {
      const authorizer = createAuthorizer({ token: TOKEN });
      const { rpcTool } = createTaskQueueServer({ queue, authorizer });
      await serveRpc(group, { network: server, tools: new Map([["task_queue.rpc", rpcTool]]) });
      await using client = createQueueClient({ network, token: TOKEN });
      const remote = client.queueOf({ multiaddr });
      const openedMs = new Set<number>();
      const { taskId } = await remote.submit({ type: "text", payload: {} });
      for (const endMs = Date.now() + TEST_MS; Date.now() < endMs;) {
        assert.equal((await remote.get(taskId))?.status, "queued");
        for (const { peerId, isRelayed, openedAtMs } of network.connections()) {
          if (peerId !== server.peerId) continue;
          assert.equal(isRelayed, true);
          openedMs.add(openedAtMs);
        }
      }
      assert.ok(openedMs.size >= 3, `${openedMs.size} connections, one after the other`);
    }, { peerId: server.peerId });
  },
);
