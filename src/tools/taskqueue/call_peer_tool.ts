import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { Clock } from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { jsonObject, rawReply } from "../json_schema.ts";
import type { PeerToolCaller } from "../peer_tool_caller.ts";
import { ProgressTeller } from "../progress_teller.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { withinTimeout } from "../within_timeout.ts";

/** What {@linkcode callPeerTool} needs. */
export interface CallPeerToolDeps {
  /** Calls tools of nodes. */
  readonly peerTools: PeerToolCaller;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

const inputSchema: z.ZodType<CallPeerToolInput> = z.lazy(() =>
  z.object({
    "tool_name": z.string().trim().min(1),
    args: jsonObject.nullable().default(null).describe("Arguments of the tool."),
    "timeout_s": z.number().positive().max(3_600).default(30),
    ...targetShape,
  })
);

/** Arguments of {@linkcode callPeerTool}, defaults filled in. */
export interface CallPeerToolInput extends TargetInput {
  /** The tool. */
  readonly "tool_name": string;
  /** Its arguments; `null` for none. */
  readonly args: JsonObject | null;
  /** Longest wait for the answer, in seconds. */
  readonly "timeout_s": number;
}

/** A tool of a node failed, in the words of the node. */
export class PeerToolError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "PeerToolError";
  /** The code that the node gave, if it reads like one, else `peer_tool_failed`. */
  readonly code: string;

  /**
   * Creates the error.
   *
   * @param toolName The tool.
   * @param reply The node's reply.
   */
  constructor(readonly toolName: string, reply: JsonObject) {
    const { hint } = reply;
    super(
      `Cannot call tool as it failed: tool "${toolName}", error "${textOf(reply["error"])}"`,
      typeof hint === "string" ? { hint } : {},
    );
    this.code = [reply["code"], reply["error"]].find(isCode) ?? "peer_tool_failed";
  }
}

/** Calls a tool of a node at once, without a task. */
export const callPeerTool: Tool<CallPeerToolDeps, CallPeerToolInput, JsonObject> = {
  name: "p2p_taskqueue_call_tool",
  title: "Call a tool of another node",
  family: "peers",
  description:
    "Call a tool of another node and return its result. The node must let its peers call tools. " +
    "Its progress is reported. For work that takes long, submit a task of type tool.call instead.",
  input: inputSchema,
  output: rawReply,
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: true,
  },
  async run({ peerTools, clock }, input, { signal, reportProgress }): Promise<JsonObject> {
    using teller = new ProgressTeller(reportProgress, { clock });
    const name = input["tool_name"];
    const target = targetOf(input);
    const timeoutMs = toMs(input["timeout_s"]);
    const reply = await withinTimeout(
      (limited) =>
        peerTools.callTool(target, { name, args: input.args ?? {} }, {
          timeoutMs,
          onProgress: (report) => teller.tellState(report.message ?? `running ${name}`, report),
          signal: limited,
        }),
      { op: "call tool", target, timeoutMs, signal },
    );
    if (reply["ok"] === false) throw new PeerToolError(name, reply);
    return { ok: true, ...reply };
  },
};

function isCode(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9_]{0,63}$/.test(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
