import { createAuthorizer } from "../../../../src/network/mod.ts";
import { openLibp2pNetwork } from "../../../../src/network/libp2p/mod.ts";
import { createRemoteTaskQueue, serveTaskQueue } from "../../../../src/taskqueue/mod.ts";
import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES, withLocalQueue } from "../with_local_queue.ts";
import { TOKEN } from "../with_remote_queue.ts";

testTaskQueue("RemoteTaskQueue over libp2p", async (body) => {
  await using server = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
  await using network = await openLibp2pNetwork();
  const [multiaddr = ""] = server.multiaddrs();
  await withLocalQueue(async ({ queue, clock, group }) => {
    const authorizer = createAuthorizer({ token: TOKEN });
    await serveTaskQueue(group, { network: server, queue, authorizer, clock });
    const target = { multiaddr };
    const remote = createRemoteTaskQueue({ network, target, token: TOKEN, clock });
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
}, { sanitizeOps: false, sanitizeResources: false });
