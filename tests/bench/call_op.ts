import type { JsonObject } from "../../src/codec/mod.ts";
import { createAuthorizer } from "../../src/network/mod.ts";
import { createTaskQueueServer, type LocalTaskQueue } from "../../src/taskqueue/mod.ts";

const TOKEN = "bench";

/**
 * Calls operations on a queue as a peer's request would, but for the network.
 *
 * @param queue The queue.
 * @returns Calls one operation; throws if its reply says that it failed.
 */
export function createOpCaller(
  queue: LocalTaskQueue,
): (request: JsonObject) => Promise<JsonObject> {
  const { rpcTool } = createTaskQueueServer({
    queue,
    authorizer: createAuthorizer({ token: TOKEN }),
  });
  const { signal } = new AbortController();
  return async (request) => {
    const reply = await rpcTool({ ...request, token: TOKEN }, {
      // The only claimer there is: tasks would be kept for others for a while.
      peerId: queue.peerId,
      signal,
      sendEvent: () => {},
      onUndelivered: () => {},
    });
    if (reply["ok"] !== true) throw new Error(`The operation failed: ${JSON.stringify(reply)}`);
    return reply;
  };
}
