import { serveRpc } from "../../../src/rpc/mod.ts";
import { createQueueClient, type QueueClient, type TaskQueue } from "../../../src/taskqueue/mod.ts";
import {
  type ServedFixture,
  type ServedFixtureOptions,
  TOKEN,
  withServedQueue,
} from "./with_served_queue.ts";

export { TOKEN };

/** A queue on one node and its client on another. */
export interface RemoteFixture extends ServedFixture {
  /** The client. */
  readonly remote: TaskQueue;
  /** Whose queue {@linkcode remote} is. */
  readonly client: QueueClient;
}

/** What the two nodes can be given. */
export interface RemoteFixtureOptions extends ServedFixtureOptions {
  /** Serve the line protocol only. @default {false} both, and the client takes the framed one */
  readonly isLineOnly?: boolean;
}

/** Runs a test body with a queue that is served to another node, and ends everything. */
export async function withRemoteQueue(
  body: (fixture: RemoteFixture) => Promise<void>,
  options: RemoteFixtureOptions = {},
): Promise<void> {
  await withServedQueue(async (served) => {
    const { group, network, serving, server, clock } = served;
    if (options.isLineOnly !== true) {
      const tools = new Map([["task_queue.rpc", server.rpcTool]]);
      await serveRpc(group, { network: serving, tools, clock });
    }
    await using client = createQueueClient({ network, token: TOKEN, clock });
    const remote = client.queueOf({ peerId: "server" });
    await body({ ...served, remote, client });
  }, options);
}
