import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { type Clock, isCancellation } from "../../concurrency/mod.ts";
import type { Authorizer } from "../../network/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { OPS_BY_NAME } from "../ops/mod.ts";
import type { Op, OpCall, OpServices } from "../ops/op.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import { toErrorReply } from "../protocol/to_reply.ts";
import { RefusedError } from "./refused_error.ts";

/** What a {@linkcode Dispatcher} needs. */
export interface DispatcherDeps extends OpServices {
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly onOperation: ((operation: ServedOperation) => void) | undefined;
}

/** An operation that a peer has asked for, for metrics. */
export interface ServedOperation {
  /** The operation's first name; `unknown` if there is none, or if the request was refused before. */
  readonly op: string;
  /** `ok`, `cancelled` if the caller no longer wants an answer, or the code of the error. */
  readonly outcome: string;
  /** How long it took. */
  readonly durationMs: number;
  /** Who asked. */
  readonly peerId: string;
}

/** Answers requests, whatever frames them: finds the operation, checks the caller, maps errors. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;

  /** @param deps What it needs. */
  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /**
   * Answer a request.
   *
   * @param message The request, untrusted.
   * @param call Who asks.
   * @returns The reply, also when the operation failed.
   * @throws {unknown} The reason of `call.signal` if that aborts.
   */
  async dispatch(message: JsonValue, call: OpCall): Promise<JsonObject> {
    const startedMs = this.#deps.clock.monotonicMs();
    let op: Op<unknown> | undefined;
    let reply: JsonObject;
    const note = (outcome: string): void => this.#note({ op, outcome, startedMs }, call);
    try {
      if (!isJsonObject(message)) {
        throw new InvalidRequestError("invalid_message", "it is not an object");
      }
      const asked = findOp(message["op"]);
      this.#admit(message, { op: asked, peerId: call.peerId });
      if (asked === undefined) throw new InvalidRequestError("unknown_op", "it names no operation");
      op = asked;
      const request = op.parse(message);
      reply = { ok: true, ...await op.run(request, this.#deps, call) };
    } catch (error) {
      if (isCancellation(error, call.signal)) {
        note("cancelled");
        throw error;
      }
      reply = this.#toErrorReply(error, { op: op?.names[0], peerId: call.peerId });
    }
    note(reply["ok"] === true ? "ok" : String(reply["error"]));
    return this.#sign(reply);
  }

  /** The reply to a request that could not even be read. */
  refuse(error: unknown, peerId: string): JsonObject {
    const reply = this.#toErrorReply(error, { op: undefined, peerId });
    const outcome = String(reply["error"]);
    this.#deps.onOperation?.({ op: "unknown", outcome, durationMs: 0, peerId });
    return this.#sign(reply);
  }

  #note(
    served: { readonly op?: Op<unknown> | undefined; outcome: string; startedMs: number },
    { peerId }: OpCall,
  ): void {
    const { clock, onOperation } = this.#deps;
    const { op, outcome, startedMs } = served;
    const durationMs = clock.monotonicMs() - startedMs;
    onOperation?.({ op: op?.names[0] ?? "unknown", outcome, durationMs, peerId });
  }

  /** Before a request is read, and before its caller learns whether there is such an operation. */
  #admit(message: JsonObject, { op, peerId }: Asked): void {
    const decision = this.#deps.authorizer.authorize({
      peerId,
      token: message["token"],
      role: op?.roleFor?.(message) ?? op?.role ?? "any",
      subject: op?.names[0],
    });
    if (!decision.ok) throw new RefusedError(decision.code, decision.message);
  }

  #toErrorReply(
    error: unknown,
    asked: { readonly op: string | undefined; readonly peerId: string },
  ): JsonObject {
    const reply = toErrorReply(error);
    if (reply["error"] === "internal_error") {
      this.#deps.logger?.error("Queue operation failed", { ...asked, error });
    }
    return reply;
  }

  #sign(reply: JsonObject): JsonObject {
    return { ...reply, "peer_id": this.#deps.queue.peerId };
  }
}

interface Asked {
  readonly op: Op<unknown> | undefined;
  readonly peerId: string;
}

function findOp(value: JsonValue | undefined): Op<unknown> | undefined {
  return typeof value === "string"
    ? OPS_BY_NAME.get(value) ?? OPS_BY_NAME.get(value.trim().toLowerCase())
    : undefined;
}
