import { createAuthorizer, type Network } from "../../../src/network/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import type { ReplicatedCache } from "../../../src/cache/mod.ts";
import { serveRpc } from "../../../src/rpc/mod.ts";
import {
  createQueueClient,
  createTaskQueueServer,
  type PeerTools,
  type QueueClient,
  type ServedOperation,
  type ServeLimits,
  type TaskQueue,
} from "../../../src/taskqueue/mod.ts";
import { type LocalFixture, type LocalFixtureOptions, withLocalQueue } from "./with_local_queue.ts";

/** A queue on one node and its client on another. */
export interface RemoteFixture extends LocalFixture {
  /** The client. */
  readonly remote: TaskQueue;
  /** Whose queue {@linkcode remote} is. */
  readonly client: QueueClient;
  /** Where the node of the client is. */
  readonly network: Network;
  readonly hub: MemoryHub;
  /** What the server has told of operations. */
  readonly operations: readonly ServedOperation[];
}

/** What the two nodes can be given. */
export interface RemoteFixtureOptions extends LocalFixtureOptions {
  readonly serveLimits?: Partial<ServeLimits>;
  readonly tools?: PeerTools;
  readonly cache?: ReplicatedCache;
  /** Serve the line protocol only. @default {false} both, and the client takes the framed one */
  readonly isLineOnly?: boolean;
}

/** The token that both nodes hold. */
export const TOKEN = "s3cret";

/** Runs a test body with a queue that is served to another node, and ends everything. */
export async function withRemoteQueue(
  body: (fixture: RemoteFixture) => Promise<void>,
  options: RemoteFixtureOptions = {},
): Promise<void> {
  await withLocalQueue(async (local) => {
    const { queue, clock, group } = local;
    const hub = new MemoryHub({ clock });
    await using server = hub.open({ peerId: "server" });
    await using network = hub.open({ peerId: "client" });
    const operations: ServedOperation[] = [];
    const { serveLines, rpcTool } = createTaskQueueServer({
      queue,
      authorizer: createAuthorizer({ token: TOKEN }),
      clock,
      limits: options.serveLimits,
      tools: options.tools,
      cache: options.cache,
      onOperation: (operation) => operations.push(operation),
    });
    await serveLines(group, server);
    if (options.isLineOnly !== true) {
      const tools = new Map([["task_queue.rpc", rpcTool]]);
      await serveRpc(group, { network: server, tools, clock });
    }
    await using client = createQueueClient({ network, token: TOKEN, clock });
    const remote = client.queueOf({ peerId: "server" });
    await body({ ...local, remote, client, network, hub, operations });
  }, { ...options, peerId: "server" });
}
