import { createAuthorizer, type Network } from "../../../src/network/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import {
  createRemoteTaskQueue,
  type PeerTools,
  type ServedOperation,
  type ServeLimits,
  serveTaskQueue,
  type TaskQueue,
} from "../../../src/taskqueue/mod.ts";
import { type LocalFixture, type LocalFixtureOptions, withLocalQueue } from "./with_local_queue.ts";

/** A queue on one node and its client on another. */
export interface RemoteFixture extends LocalFixture {
  /** The client. */
  readonly remote: TaskQueue;
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
    await serveTaskQueue(group, {
      network: server,
      queue,
      authorizer: createAuthorizer({ token: TOKEN }),
      clock,
      limits: options.serveLimits,
      tools: options.tools,
      onOperation: (operation) => operations.push(operation),
    });
    const target = { peerId: "server" };
    const remote = createRemoteTaskQueue({ network, target, token: TOKEN, clock });
    await body({ ...local, remote, network, hub, operations });
  }, { ...options, peerId: "server" });
}
