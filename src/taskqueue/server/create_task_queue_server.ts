import type { ReplicatedCache } from "../../cache/mod.ts";
import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import type { Authorizer, Network, Refusal, StreamHandler } from "../../network/mod.ts";
import { createRefusalNoter, Intake } from "../../network/conduct/mod.ts";
import type { RpcTool } from "../../rpc/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import type { PeerTools } from "../ops/op.ts";
import { TASK_QUEUE_PROTOCOL } from "../protocol/constants.ts";
import { Dispatcher, type ServedOperation } from "./dispatcher.ts";
import { limitReply } from "./limit_reply.ts";
import { serveStream } from "./serve_stream.ts";

/** What {@linkcode createTaskQueueServer} needs. */
export interface TaskQueueServerDeps {
  /** What to serve. */
  readonly queue: LocalTaskQueue;
  /** Who may use it. */
  readonly authorizer: Authorizer;
  /** Tools that admitted peers may call without a task. @default {undefined} none */
  readonly tools?: PeerTools | undefined;
  /** The cache that admitted peers may use. @default {undefined} none */
  readonly cache?: ReplicatedCache | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told of operations that fail by a fault of this node. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Told of each operation, for metrics. @default {nobody} */
  readonly onOperation?: ((operation: ServedOperation) => void) | undefined;
  /** Told of lines that are no requests. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** Limits of the line protocol that differ from the defaults. */
  readonly limits?: Partial<ServeLimits> | undefined;
}

/** Limits of a queue that is served by the line protocol. */
export interface ServeLimits {
  /** A request must be complete within this time. @default {10000} */
  readonly readTimeoutMs: number;
  /** A reply must be taken within this time. @default {30000} */
  readonly writeTimeoutMs: number;
  /** Requests that one peer may have open, waits included. @default {256} */
  readonly maxStreamsPerPeer: number;
  /** Requests of a peer that is not trusted in a second, on average; more have to wait. @default {500} */
  readonly maxStreamsPerSecond: number;
}

/** A queue as peers reach it, by either protocol. */
export interface TaskQueueServer {
  /**
   * Serve the line protocol: one request line and one reply line on each stream, as the older Python
   * peers do.
   *
   * @param group Requests run as its children; serving ends with it.
   * @param network Where to serve.
   * @returns A promise that resolves when the queue is served.
   */
  serveLines(group: TaskGroup, network: Network): Promise<void>;
  /** The queue as a tool of the framed protocol, to be served as `task_queue.rpc`. */
  readonly rpcTool: RpcTool;
}

const DEFAULT_SERVE_LIMITS: ServeLimits = {
  readTimeoutMs: 10_000,
  writeTimeoutMs: 30_000,
  maxStreamsPerPeer: 256,
  maxStreamsPerSecond: 500,
};

/**
 * Create the server of a queue. Both protocols lead to the same operations, and who calls is who the
 * handshake has proven, whatever a request says.
 *
 * @param deps The queue, and who may use it.
 * @returns The server. It serves nothing until it is told where.
 *
 * @example A request, as the framed protocol hands it over
 * ```ts
 * import { createLocalTaskQueue, createTaskQueueServer } from "../mod.ts";
 * import { createMemoryTaskStore } from "../../store/memory/mod.ts";
 * import { createAuthorizer } from "../../network/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using store = createMemoryTaskStore();
 * const queue = createLocalTaskQueue({ store, peerId: "bob" });
 * const authorizer = createAuthorizer({ token: "s3cret" });
 * const { rpcTool } = createTaskQueueServer({ queue, authorizer });
 *
 * const { signal } = new AbortController();
 * const call = { peerId: "alice", signal, sendEvent: () => {}, onUndelivered: () => {} };
 * const request = { op: "submit", task_type: "double", payload: { n: 21 }, token: "s3cret" };
 * const reply = await rpcTool(request, call);
 * assert.equal(reply.ok, true);
 * assert.equal((await queue.list({}))[0]?.type, "double");
 * ```
 */
export function createTaskQueueServer(deps: TaskQueueServerDeps): TaskQueueServer {
  const { queue, authorizer, tools, cache, clock = systemClock, logger, onOperation } = deps;
  const limits = { ...DEFAULT_SERVE_LIMITS, ...deps.limits };
  const dispatcher = new Dispatcher({
    queue,
    authorizer,
    tools,
    cache,
    clock,
    logger,
    onOperation,
  });
  const subject = TASK_QUEUE_PROTOCOL;
  return {
    serveLines: async (group, network) => {
      const onRefused = createRefusalNoter({ network, subject, onRefusal: deps.onRefusal });
      const intake = new Intake();
      const streamDeps = { dispatcher, clock, logger, intake, onRefused, ...limits };
      const serve: StreamHandler = (stream, signal) => serveStream(stream, streamDeps, signal);
      await network.handle(group, subject, serve, limits);
    },
    rpcTool: async (args, call) => limitReply(await dispatcher.dispatch(unwrap(args), call)),
  };
}

/** Python peers may wrap the request into an object with a single member. */
function unwrap(args: JsonObject): JsonObject {
  if (args["op"] !== undefined) return args;
  const [inner, ...others] = Object.values(args);
  return inner !== undefined && others.length === 0 && isJsonObject(inner) ? inner : args;
}
