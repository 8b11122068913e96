import type { TaskGroup } from "../../src/concurrency/mod.ts";
import { createAuthorizer, type Network } from "../../src/network/mod.ts";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { serveRpc } from "../../src/rpc/mod.ts";
import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import {
  createLocalTaskQueue,
  createQueueClient,
  createTaskQueueServer,
  type LocalTaskQueue,
  type QueueClient,
} from "../../src/taskqueue/mod.ts";
import { makeBenchDirectory } from "./bench_directory.ts";

/** A node with a queue that it serves, and a client of other nodes' queues. */
export interface BenchNode extends AsyncDisposable {
  readonly network: Network;
  /** The node's own queue. */
  readonly queue: LocalTaskQueue;
  /** The queues of others. */
  readonly client: QueueClient;
}

/**
 * Open a node on a free loopback port, with a new identity and an empty queue.
 *
 * @param group Its services run as children.
 * @param options The token that admits to its queue, and to others'.
 */
export async function openBenchNode(
  group: TaskGroup,
  options: { readonly token: string },
): Promise<BenchNode> {
  const { token } = options;
  await using resources = new AsyncDisposableStack();
  const directory = await makeBenchDirectory(resources);
  const store = resources.use(openSqliteTaskStore({ path: `${directory}/queue.sqlite` }));
  const network = resources.use(
    await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] }),
  );
  const queue = createLocalTaskQueue({ store, peerId: network.peerId });
  const client = resources.use(createQueueClient({ network, token }));
  const server = createTaskQueueServer({ queue, authorizer: createAuthorizer({ token }) });
  await server.serveLines(group, network);
  await serveRpc(group, { network, tools: new Map([["task_queue.rpc", server.rpcTool]]) });
  const owned = resources.move();
  return { network, queue, client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
