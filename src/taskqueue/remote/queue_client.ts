import type { ReplicatedCache } from "../../cache/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Network, PeerTarget } from "../../network/mod.ts";
import { createRpcClient, type RpcClient } from "../../rpc/mod.ts";
import type { PeerToolProgress } from "../ops/op.ts";
import type { CallOptions, TaskQueue } from "../task_queue.ts";
import { createAdaptiveChannel } from "./adaptive_channel.ts";
import { createFramedChannel } from "./framed_channel.ts";
import { createLineChannel } from "./line_channel.ts";
import { reportToolProgress } from "./parse_reply.ts";
import { idOf, toName } from "./peer_channel.ts";
import { PeerLink } from "./peer_link.ts";
import { PeerMemory } from "./peer_memory.ts";
import { present } from "./requests.ts";
import { RemoteCache } from "./remote_cache.ts";
import { DEFAULT_REMOTE_LIMITS, type RemoteLimits } from "./remote_limits.ts";
import { RemoteTaskQueue } from "./remote_task_queue.ts";

/** Queues and caches of other peers, over one connection and one stream to each. */
export interface QueueClient extends AsyncDisposable {
  /** The queue of a peer. Nothing is sent before it is used. */
  queueOf(target: PeerTarget): TaskQueue;
  /** The cache of a peer. Nothing is sent before it is used. */
  cacheOf(target: PeerTarget): ReplicatedCache;
  /**
   * Call a tool of a peer at once, without a task. It is sent once: what the tool does is not known.
   *
   * @param target The peer.
   * @param call Which tool, and its arguments.
   * @param options How long to wait, and who is told how far the tool is.
   * @returns The reply as it came: what the tool returned, or `{"ok": false, "error"}`.
   * @throws {PeerTimeoutError} If the peer does not answer in time.
   */
  callTool(
    target: PeerTarget,
    call: { readonly name: string; readonly args: JsonObject },
    options: RemoteToolOptions,
  ): Promise<JsonObject>;
}

/** How a tool of a peer is called. */
export interface RemoteToolOptions extends CallOptions {
  /** Longest wait for the answer; milliseconds. */
  readonly timeoutMs: number;
  /** Told how far the tool is, if the peer says so. */
  readonly onProgress?: ((progress: PeerToolProgress) => void) | undefined;
}

/** What {@linkcode createQueueClient} needs. */
export interface QueueClientDeps {
  /** How peers are reached. */
  readonly network: Network;
  /** Presented with each request. @default {undefined} none */
  readonly token?: string | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<RemoteLimits> | undefined;
}

/** Waits under way with a Python peer: each keeps a stream to itself, and must not keep others out. */
const MAX_WAITS = 32;

/**
 * Create a client of the queues and caches of other peers. It speaks the framed protocol with peers
 * that know it, and else the line protocol, a stream for each request; what a peer speaks is
 * remembered for some minutes. A request goes to the peer that it is for or to none.
 *
 * Requests that may be repeated are sent again if the peer could not be reached or did not answer;
 * each submission has an idempotency key, so a lost reply makes no second task. A claim is sent again
 * only if it has certainly not been read. Where a peer does not know an operation, something else is
 * done if possible, and the operation is in the queue's `missingOps`.
 *
 * What is wrong with a task or a lease is thrown as by the local queue (`TaskNotFoundError`,
 * `LeaseLostError`, `InvalidTransitionError`, `IdempotencyConflictError`); any other refusal is a
 * `RemoteError`.
 *
 * @param deps The network and the token.
 * @returns The client. Dispose it to end its streams.
 *
 * @example Submit a task to another node
 * ```ts
 * import { createLocalTaskQueue, createQueueClient, createTaskQueueServer } from "../mod.ts";
 * import { createMemoryTaskStore } from "../../store/memory/mod.ts";
 * import { createAuthorizer } from "../../network/mod.ts";
 * import { MemoryHub } from "../../network/memory/mod.ts";
 * import { serveRpc } from "../../rpc/mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const hub = new MemoryHub();
 * await using alice = hub.open({ peerId: "alice" });
 * await using bob = hub.open({ peerId: "bob" });
 * await using store = createMemoryTaskStore();
 * const queue = createLocalTaskQueue({ store, peerId: "bob" });
 * const authorizer = createAuthorizer({ token: "s3cret" });
 * const { rpcTool } = createTaskQueueServer({ queue, authorizer });
 *
 * await runTaskGroup(async (group) => {
 *   await serveRpc(group, { network: bob, tools: new Map([["task_queue.rpc", rpcTool]]) });
 *   await using client = createQueueClient({ network: alice, token: "s3cret" });
 *   const remote = client.queueOf({ peerId: "bob" });
 *   const { taskId } = await remote.submit({ type: "double", payload: { n: 21 } });
 *   assert.equal((await queue.get(taskId))?.type, "double");
 *   group.cancel();
 * });
 * ```
 */
export function createQueueClient(deps: QueueClientDeps): QueueClient {
  return new PeerQueueClient(deps);
}

class PeerQueueClient implements QueueClient {
  readonly #deps: QueueClientDeps;
  readonly #clock: Clock;
  readonly #limits: RemoteLimits;
  readonly #rpc: RpcClient;
  readonly #memory: PeerMemory;
  readonly #closing = new AbortController();

  constructor(deps: QueueClientDeps) {
    const { network, clock = systemClock } = deps;
    this.#deps = deps;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_REMOTE_LIMITS, ...deps.limits };
    this.#rpc = createRpcClient({ network, clock, limits: { maxSequentialStreams: MAX_WAITS } });
    const { peerMemoryMs: ttlMs, maxRememberedPeers: maxPeers } = this.#limits;
    this.#memory = new PeerMemory({ clock, ttlMs, maxPeers });
  }

  queueOf(target: PeerTarget): TaskQueue {
    return new RemoteTaskQueue(this.#link(target));
  }

  cacheOf(target: PeerTarget): ReplicatedCache {
    return new RemoteCache(this.#link(target), this.#deps.network.peerId);
  }

  async callTool(
    target: PeerTarget,
    { name, args }: { readonly name: string; readonly args: JsonObject },
    { timeoutMs, onProgress, signal }: RemoteToolOptions,
  ): Promise<JsonObject> {
    const request = {
      op: "call_tool",
      "tool_name": name,
      args,
      "timeout_s": timeoutMs / 1_000,
      ...present("stream", onProgress === undefined ? undefined : true),
    };
    const { message } = await this.#link(target).exchange(request, {
      timeoutMs,
      onEvent: onProgress && ((event) => reportToolProgress(event, onProgress)),
      signal,
    });
    return message;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    this.#closing.abort();
    return this.#rpc[Symbol.asyncDispose]();
  }

  #link(target: PeerTarget): PeerLink {
    const { network, token } = this.#deps;
    const clock = this.#clock;
    const memory = this.#memory;
    const closing = this.#closing.signal;
    const channel = createAdaptiveChannel({
      framed: createFramedChannel(this.#rpc, target),
      line: createLineChannel({ network, target, clock, closing }),
      clock,
      recall: () => memory.recall(idOf(target) ?? toName(target)),
    });
    const limits = this.#limits;
    return new PeerLink({ target, channel, memory, token, clock, limits, closing });
  }
}
