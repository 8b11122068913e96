import type { ReplicatedCache } from "../../../src/cache/mod.ts";
import { createAuthorizer, type Network } from "../../../src/network/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import {
  createTaskQueueServer,
  type PeerTools,
  type ServedOperation,
  type ServeLimits,
  type TaskQueueServer,
} from "../../../src/taskqueue/mod.ts";
import { type LocalFixture, type LocalFixtureOptions, withLocalQueue } from "./with_local_queue.ts";
import { TRUST_ALL } from "../network/trust_all.ts";

/** A queue that is served by the line protocol, and another node. */
export interface ServedFixture extends LocalFixture {
  /** Where the other node is. */
  readonly network: Network;
  readonly hub: MemoryHub;
  /** The node of the server. */
  readonly serving: Network;
  readonly server: TaskQueueServer;
  /** What the server has told of operations. */
  readonly operations: readonly ServedOperation[];
}

/** What the two nodes can be given. */
export interface ServedFixtureOptions extends LocalFixtureOptions {
  readonly serveLimits?: Partial<ServeLimits>;
  readonly tools?: PeerTools;
  readonly cache?: ReplicatedCache;
}

/** The token that the server's node wants. */
export const TOKEN = "s3cret";

/** Runs a test body with a queue that is served to another node, and ends everything. */
export async function withServedQueue(
  body: (fixture: ServedFixture) => Promise<void>,
  options: ServedFixtureOptions = {},
): Promise<void> {
  await withLocalQueue(async (local) => {
    const { queue, clock, group } = local;
    const hub = new MemoryHub({ clock });
    await using serving = hub.open({ peerId: "server", policy: TRUST_ALL });
    await using network = hub.open({ peerId: "client" });
    const operations: ServedOperation[] = [];
    const server = createTaskQueueServer({
      queue,
      authorizer: createAuthorizer({ token: TOKEN }),
      clock,
      limits: options.serveLimits,
      tools: options.tools,
      cache: options.cache,
      onOperation: (operation) => operations.push(operation),
    });
    await server.serveLines(group, serving);
    await body({ ...local, network, hub, serving, server, operations });
  }, { ...options, peerId: "server" });
}
