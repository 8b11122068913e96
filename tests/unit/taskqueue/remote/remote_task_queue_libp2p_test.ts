import assert from "node:assert/strict";
import { runTaskGroup, systemClock } from "../../../../src/concurrency/mod.ts";
import { createAuthorizer } from "../../../../src/network/mod.ts";
import { openLibp2pNetwork } from "../../../../src/network/libp2p/mod.ts";
import { serveRpc } from "../../../../src/rpc/mod.ts";
import { createQueueClient, createTaskQueueServer } from "../../../../src/taskqueue/mod.ts";
import { serveHeadPeer, serveSeedPeer } from "../../../support/python_peer/mod.ts";
import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES, withLocalQueue } from "../with_local_queue.ts";
import { TOKEN } from "../with_remote_queue.ts";

const REAL_NETWORK = { sanitizeOps: false, sanitizeResources: false };

testTaskQueue("RemoteTaskQueue over libp2p", async (body) => {
  await using server = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
  await using network = await openLibp2pNetwork();
  const [multiaddr = ""] = server.multiaddrs();
  await withLocalQueue(async ({ queue, clock, group }) => {
    const authorizer = createAuthorizer({ token: TOKEN });
    const { rpcTool } = createTaskQueueServer({ queue, authorizer, clock });
    const tools = new Map([["task_queue.rpc", rpcTool]]);
    await serveRpc(group, { network: server, tools, clock });
    await using client = createQueueClient({ network, token: TOKEN, clock });
    const remote = client.queueOf({ multiaddr });
    await remote.status();
    await body({
      queue: remote,
      taskTypes: TASK_TYPES,
      leaseMs: queue.limits.leaseMs,
      async advance(ms) {
        // What was asked before on the same connection has arrived when this is answered: only then
        // does it make sense to let time pass.
        await remote.status();
        await remote.status();
        await clock.advance(ms);
      },
    });
  }, { peerId: server.peerId });
}, REAL_NETWORK);

for (const [version, serve] of [["seed", serveSeedPeer], ["head", serveHeadPeer]] as const) {
  Deno.test({
    ...REAL_NETWORK,
    name: `RemoteTaskQueue works a task off for a Python peer over libp2p (Python ${version})`,
    async fn() {
      await using python = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
      await using network = await openLibp2pNetwork();
      const [multiaddr = ""] = python.multiaddrs();
      await runTaskGroup(async (group) => {
        await serve(group, python, { clock: systemClock, token: TOKEN, hasCache: true });
        await using client = createQueueClient({ network, token: TOKEN });
        const queue = client.queueOf({ multiaddr });
        const payload = { text: "x".repeat(900_000) };
        const { taskId } = await queue.submit({ type: "text", payload, priority: 9 });
        const waiting = queue.wait({ taskId, timeoutMs: 10_000 });
        const [task] = await queue.claim({ worker: "w", types: ["text"] });
        assert.deepEqual(task?.payload, { ...payload, priority: 9 });
        const outcome = { status: "completed", result: { n: 1 } } as const;
        await queue.finish({ taskId, token: "", outcome });
        assert.deepEqual((await waiting)?.result, { n: 1 });
        const cache = client.cacheOf({ peerId: python.peerId });
        await cache.set("k", [1]);
        assert.equal(await cache.has("k"), true);
        group.cancel("the test is over");
      });
    },
  });
}
