import type { BridgeReply, BridgeRequest } from "./message.ts";
import type { BridgedNodeOptions, BridgedQueue, BridgedQueues } from "./node.ts";

/**
 * Open a node in a thread of its own and call it by messages, as a program does whose network runs in
 * another event loop than its tools. No more than is needed: no cancellation, no progress, and no
 * errors but their texts. A bridge for real use would cost more.
 *
 * @param options The other node whose queue is called through this one.
 */
export async function openBridge(options: BridgedNodeOptions): Promise<BridgedQueues> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const ready = Promise.withResolvers<void>();
  worker.onmessage = () => ready.resolve();
  worker.onerror = (event) => ready.reject(event.error ?? new Error(event.message));
  worker.postMessage(options);
  await ready.promise;
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  worker.onmessage = ({ data }: MessageEvent<BridgeReply>) => {
    const call = calls.get(data.id);
    calls.delete(data.id);
    if ("error" in data) call?.reject(new Error(data.error));
    else call?.resolve(data.value);
  };
  let lastId = 0;
  const send = (request: Omit<BridgeRequest, "id">): Promise<unknown> => {
    const id = ++lastId;
    const call = Promise.withResolvers<unknown>();
    calls.set(id, call);
    worker.postMessage({ id, ...request });
    return call.promise;
  };
  return { local: toQueue("local", send), remote: toQueue("remote", send) };
}

function toQueue(
  queue: keyof BridgedQueues,
  send: (request: Omit<BridgeRequest, "id">) => Promise<unknown>,
): BridgedQueue {
  // What comes back is what the queue's method of this name has returned.
  const call = <Method extends keyof BridgedQueue>(method: Method) =>
    ((...args: readonly unknown[]) => send({ queue, method, args })) as BridgedQueue[Method];
  return {
    submit: call("submit"),
    get: call("get"),
    claim: call("claim"),
    wait: call("wait"),
    finish: call("finish"),
  };
}
