/** The far side of the bridge: a node in a thread of its own, called by messages. */

import { runTaskGroup, waitForAbort } from "../../../src/concurrency/mod.ts";
import type { BridgeReply, BridgeRequest } from "./message.ts";
import { openQueues } from "./node.ts";

declare const self: {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
};

self.onmessage = async ({ data: options }) => {
  await runTaskGroup(async (group) => {
    await using resources = new AsyncDisposableStack();
    const queues = await openQueues(group, { ...options, resources });
    self.onmessage = async ({ data }: MessageEvent<BridgeRequest>) => {
      const { id, queue, method, args } = data;
      self.postMessage(
        await answer(id, () => {
          const call = queues[queue][method] as (...args: readonly unknown[]) => Promise<unknown>;
          return call.apply(queues[queue], [...args]);
        }),
      );
    };
    self.postMessage("ready");
    await waitForAbort(group.signal);
  });
};

async function answer(id: number, call: () => Promise<unknown>): Promise<BridgeReply> {
  try {
    return { id, value: await call() };
  } catch (error) {
    return { id, error: String(error) };
  }
}
