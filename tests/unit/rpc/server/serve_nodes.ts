import type { JsonObject } from "../../../../src/codec/mod.ts";
import {
  abortable,
  FakeClock,
  runTaskGroup,
  type TaskGroup,
} from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import type { Network } from "../../../../src/network/mod.ts";
import {
  type RpcTool,
  type RpcToolCall,
  serveRpc,
  type ServeRpcDeps,
} from "../../../../src/rpc/mod.ts";
import { MemoryLogger } from "../../mcp/sample_tools.ts";
import { TRUST_ALL } from "../../network/trust_all.ts";

/** A call that has come in and is answered by the test. */
export interface HeldCall {
  readonly args: JsonObject;
  readonly call: RpcToolCall;
  answer(content: JsonObject): void;
}

/** A tool whose calls are answered by the test, in whatever order. */
export class HeldTool {
  readonly calls: HeldCall[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly run: RpcTool = (args, call) => {
    const { promise, resolve } = Promise.withResolvers<JsonObject>();
    this.calls.push({ args, call, answer: resolve });
    for (const wake of this.#waiting.splice(0)) wake();
    return abortable(promise, call.signal);
  };

  /** The call with an index, as soon as it has come in. */
  async at(index: number): Promise<HeldCall> {
    for (;;) {
      const call = this.calls[index];
      if (call !== undefined) return call;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

export interface Bench {
  readonly group: TaskGroup;
  readonly hub: MemoryHub;
  readonly server: Network;
  readonly caller: Network;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly held: HeldTool;
}

/** Two nodes: "server" with the tools `echo`, `held` and `fail`, and "caller". */
export async function withNodes(
  body: (bench: Bench) => Promise<void>,
  options: Partial<ServeRpcDeps> = {},
): Promise<void> {
  const logger = new MemoryLogger();
  const clock = new FakeClock();
  const held = new HeldTool();
  const hub = new MemoryHub();
  await using server = hub.open({ peerId: "server", logger, policy: TRUST_ALL });
  await using caller = hub.open({ peerId: "caller" });
  const tools = new Map<string, RpcTool>([
    ["echo", (args) => Promise.resolve(args)],
    ["held", held.run],
    ["fail", () => Promise.reject(new Error("password is hunter2"))],
  ]);
  await runTaskGroup(async (group) => {
    await serveRpc(group, { network: server, tools, clock, logger, ...options });
    await body({ group, hub, server, caller, clock, logger, held });
    group.cancel();
  });
}
