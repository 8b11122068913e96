import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { type Clock, isCancellation } from "../../concurrency/mod.ts";
import type { Authorizer } from "../../network/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { LeaseHolders } from "../ops/lease_holders.ts";
import { OPS_BY_NAME } from "../ops/mod.ts";
import type { OpCall, PeerTools } from "../ops/op.ts";
import { UnauthorizedError } from "./unauthorized_error.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import { toErrorReply } from "../protocol/to_reply.ts";

/** What a {@linkcode Dispatcher} needs. */
export interface DispatcherDeps {
  readonly queue: LocalTaskQueue;
  readonly authorizer: Authorizer;
  readonly tools: PeerTools | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly onOperation: ((operation: ServedOperation) => void) | undefined;
}

/** An operation that a peer has asked for, for metrics. */
export interface ServedOperation {
  /** The operation's first name; `unknown` if there is none, or if the request was refused before. */
  readonly op: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** How long it took. */
  readonly durationMs: number;
  /** Who asked. */
  readonly peerId: string;
}

/** How a request came in and how what belongs to it goes out. */
export type RequestContext = Omit<OpCall, "holders" | "tools">;

/** Answers requests, whatever frames them: finds the operation, checks the caller, maps errors. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #holders = new LeaseHolders();

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /**
   * Answer a request.
   *
   * @param request Reads the message; what it throws is answered.
   * @param context Who asks.
   * @returns The reply, also when the operation failed.
   * @throws {unknown} The reason of `context.signal` if that aborts.
   */
  async dispatch(request: () => JsonValue, context: RequestContext): Promise<JsonObject> {
    const { clock, queue, onOperation } = this.#deps;
    const startedMs = clock.monotonicMs();
    const called = { name: "unknown" };
    const reply = await this.#answer(request, context, called);
    onOperation?.({
      op: called.name,
      outcome: reply["ok"] === true ? "ok" : String(reply["error"]),
      durationMs: clock.monotonicMs() - startedMs,
      peerId: context.peerId,
    });
    return { ...reply, "peer_id": queue.peerId };
  }

  async #answer(
    request: () => JsonValue,
    context: RequestContext,
    called: { name: string },
  ): Promise<JsonObject> {
    try {
      const message = request();
      if (!isJsonObject(message)) {
        throw new InvalidRequestError("invalid_message", "it is not an object");
      }
      this.#authorize(message, context.peerId);
      const op = findOp(message["op"]);
      called.name = op.names[0] ?? called.name;
      const call = { ...context, holders: this.#holders, tools: this.#deps.tools };
      return { ok: true, ...await op.run(this.#deps.queue, op.parse(message), call) };
    } catch (error) {
      if (isCancellation(error, context.signal)) throw error;
      const reply = toErrorReply(error);
      if (reply["error"] === "internal_error") {
        const { logger } = this.#deps;
        logger?.error("Queue operation failed", { op: called.name, peerId: context.peerId, error });
      }
      return reply;
    }
  }

  #authorize(message: JsonObject, peerId: string): void {
    const decision = this.#deps.authorizer.authorize({ peerId, token: message["token"] });
    if (!decision.ok) throw new UnauthorizedError(decision.message);
  }
}

function findOp(value: JsonValue | undefined) {
  const op = typeof value === "string" ? OPS_BY_NAME.get(value.trim().toLowerCase()) : undefined;
  if (op === undefined) throw new InvalidRequestError("unknown_op", "it names no operation");
  return op;
}
