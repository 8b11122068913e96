import type { JsonObject } from "../../codec/mod.ts";
import type { RpcLimits } from "../limits.ts";
import { type ErrorAnswer, toObject } from "../messages.ts";
import { CALL_METHODS, LIST_METHODS, RPC_PROTOCOL, RpcErrorCode, RpcMethod } from "../protocol.ts";

/** The protocol version that deployed queue clients ask for. */
const PROTOCOL_VERSION = "2024-11-05";
/** There is no such limit here, but clients expect a number. */
const UNLIMITED = 2 ** 31 - 1;

/** Who a server says it is. */
export interface RpcServerInfo {
  /** For programs. */
  readonly name: string;
  /** Its own version. */
  readonly version: string;
}

/** What the server says about itself. */
export interface OwnAnswersOptions {
  readonly serverInfo: RpcServerInfo;
  readonly toolNames: readonly string[];
  readonly limits: RpcLimits;
  /** This node. */
  readonly peerId: string;
}

/** What to answer: a result or an error. */
export type OwnAnswer = { readonly result: JsonObject } | { readonly error: ErrorAnswer };

/**
 * Answers the requests of callers that know only the directly answered tools: what they look for
 * before their first call, and errors for everything else.
 */
export class OwnAnswers {
  readonly #options: OwnAnswersOptions;
  readonly #tools: readonly JsonObject[];

  constructor(options: OwnAnswersOptions) {
    this.#options = options;
    this.#tools = options.toolNames.map((name) => ({
      name,
      description: "Takes one request object and answers with one reply object as content.",
      inputSchema: { type: "object", additionalProperties: true },
    }));
  }

  /** The answer to a request that is no call of a directly answered tool. */
  answer(message: JsonObject): OwnAnswer {
    const method = String(message["method"]);
    const { params } = message;
    const hasObject = params === undefined || toObject(params) === params;
    if (!hasObject) return refuse(RpcErrorCode.invalidParams, "invalid_params");
    if (method === RpcMethod.initialize) return { result: this.#initialize() };
    if (LIST_METHODS.has(method)) return { result: { tools: this.#tools } };
    if (CALL_METHODS.has(method)) return refuse(RpcErrorCode.tool, "unknown_tool");
    return refuse(RpcErrorCode.methodNotFound, "method_not_found");
  }

  /**
   * The members that queue clients look for in the result of `initialize`, whoever gives it.
   *
   * @param result The result.
   * @returns The result with them.
   */
  addTo(result: JsonObject): JsonObject {
    const { peerId, limits } = this.#options;
    return {
      ok: true,
      transport: RPC_PROTOCOL,
      server: { "peer_id": peerId },
      "active_profile": "",
      "profile_negotiation": {
        "supports_profile_negotiation": true,
        mode: "optional_additive",
        profiles: [],
      },
      limits: {
        "max_frame_bytes": limits.maxFrameBytes,
        "max_frames": UNLIMITED,
        "rate_capacity": limits.maxFramesPerSecond,
        "rate_refill_per_sec": limits.maxFramesPerSecond,
      },
      ...result,
    };
  }

  #initialize(): JsonObject {
    const { name, version } = this.#options.serverInfo;
    return this.addTo({
      protocolVersion: PROTOCOL_VERSION,
      serverInfo: { name, version },
      capabilities: { tools: { listChanged: false }, mcpPlusPlusProfiles: [], experimental: {} },
    });
  }
}

function refuse(rpcCode: number, code: string): OwnAnswer {
  return { error: { rpcCode, code } };
}
