import { type Clock, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import type { Network, Refusal } from "../../network/mod.ts";
import { createRefusalNoter, Intake } from "../../network/conduct/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { DEFAULT_RPC_LIMITS, type RpcLimits } from "../limits.ts";
import { RPC_PROTOCOL } from "../protocol.ts";
import { OwnAnswers, type RpcServerInfo } from "./own_answers.ts";
import { PeerBudgets } from "./peer_budget.ts";
import type { RpcTool } from "./rpc_tool.ts";
import { serveRpcStream } from "./serve_rpc_stream.ts";
import type { OpenRpcSession } from "./session_port.ts";

/** What {@linkcode serveRpc} needs. */
export interface ServeRpcDeps {
  /** Where the streams come from. */
  readonly network: Network;
  /** Tools that are answered directly, by name. Each checks the caller's credentials itself. */
  readonly tools: ReadonlyMap<string, RpcTool>;
  /**
   * Runs the session of a stream, which gets all other messages. Begun with the first of them.
   *
   * @default {undefined} they are refused
   */
  readonly openSession?: OpenRpcSession | undefined;
  /** Who this server says it is. @default {{ name: "mcpp", version: "0.0.0" }} */
  readonly serverInfo?: RpcServerInfo | undefined;
  /** What one peer may take. @default {DEFAULT_RPC_LIMITS} */
  readonly limits?: Partial<RpcLimits> | undefined;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told what fails, and for debugging what was refused. @default {nobody} */
  readonly logger?: Logger | undefined;
}

/**
 * Serve the protocol `/mcp+p2p/1.0.0`: JSON-RPC in frames, many requests at once on each stream.
 *
 * Calls of the given tools are answered directly, with an object as `content`, and no `initialize`
 * is asked for. Everything else goes to a session of the stream, if there is one.
 *
 * @param group Serving ends with it; every stream and call is a child of it.
 * @param deps The network and the tools.
 * @returns When the protocol is served.
 *
 * @example A tool and a call of it
 * ```ts
 * import { createRpcClient, serveRpc } from "../mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import { MemoryHub } from "../../network/memory/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const hub = new MemoryHub();
 * await using alice = hub.open({ peerId: "alice" });
 * await using bob = hub.open({ peerId: "bob" });
 * await runTaskGroup(async (group) => {
 *   const greet = ({ name = "you" }) => Promise.resolve({ ok: true, text: `hello ${name}` });
 *   await serveRpc(group, { network: bob, tools: new Map([["greet", greet]]) });
 *   await using client = createRpcClient({ network: alice });
 *   const call = { name: "greet", args: { name: "alice" } };
 *   const { content, peerId } = await client.call({ peerId: "bob" }, call, { timeoutMs: 5_000 });
 *   assert.deepEqual([content, peerId], [{ ok: true, text: "hello alice" }, "bob"]);
 *   group.cancel();
 * });
 * ```
 */
export async function serveRpc(group: TaskGroup, deps: ServeRpcDeps): Promise<void> {
  const { network, tools, openSession, clock = systemClock, logger } = deps;
  const { serverInfo = { name: "mcpp", version: "0.0.0" } } = deps;
  const limits = { ...DEFAULT_RPC_LIMITS, ...deps.limits };
  const { peerId } = network;
  const ownAnswers = new OwnAnswers({ serverInfo, toolNames: [...tools.keys()], limits, peerId });
  const budgets = new PeerBudgets(limits, clock);
  const intake = new Intake();
  const common = { tools, openSession, ownAnswers, limits, peerId, clock, logger };
  const { onRefusal } = deps;
  const noteRefusal = createRefusalNoter({ network, subject: RPC_PROTOCOL, onRefusal });
  await network.handle(group, RPC_PROTOCOL, async (stream, signal) => {
    const { remotePeerId } = stream;
    using budget = budgets.use(remotePeerId);
    using share = intake.open(remotePeerId);
    const onRefused = (code: string): void => noteRefusal(remotePeerId, code);
    await serveRpcStream(stream, { ...common, budget, intake: share, onRefused }, signal);
  }, { maxStreamsPerPeer: limits.maxStreamsPerPeer });
}
