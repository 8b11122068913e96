import type { JsonObject } from "../../codec/mod.ts";
import { textOf, toObject } from "../protocol/coerce.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op, PeerToolProgress } from "./op.ts";

/** A tool to call. */
export interface CallToolRequest {
  readonly tool: string;
  readonly args: JsonObject;
  readonly isStreaming: boolean;
}

/**
 * Calls a tool of the node at once, without a task. The reply is what the tool returns. With `stream`,
 * how far the tool is is sent before as `{"event":"progress","progress","total"?,"message"?}`.
 */
export const callTool: Op<CallToolRequest> = {
  names: ["tool", "call_tool", "tool.call"],
  role: "tools",

  parse(message) {
    const tool = textOf(message, "tool", "tool_name", "name");
    if (tool === "") throw new InvalidRequestError("missing_tool_name", "it names no tool");
    const args = message["args"] || message["arguments"] || message["params"];
    return {
      tool,
      args: toObject(args || undefined, "value"),
      isStreaming: message["stream"] === true,
    };
  },

  async run({ tool, args, isStreaming }, { tools }, call): Promise<JsonObject> {
    if (tools === undefined) {
      throw new InvalidRequestError("tools_disabled", "this node lets no peer call its tools");
    }
    if (!tools.has(tool)) return { ok: false, tool, error: "tool_not_found" };
    const onProgress = isStreaming
      ? (progress: PeerToolProgress): void =>
        call.sendEvent({ event: "progress", ...toMembers(progress) }, { replaceKey: "progress" })
      : undefined;
    const result = await tools.call(tool, args, { onProgress, signal: call.signal });
    return result["ok"] === false ? { ...result, tool } : result;
  },
};

function toMembers({ progress, total, message }: PeerToolProgress): JsonObject {
  return {
    progress,
    ...(total !== undefined && { total }),
    ...(message !== undefined && { message }),
  };
}
