import type { JsonObject } from "../../codec/mod.ts";
import { textOf, toObject } from "../protocol/coerce.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { Op } from "./op.ts";

/** A tool to call. */
export interface CallToolRequest {
  readonly tool: string;
  readonly args: JsonObject;
}

/** Calls a tool of the node at once, without a task. The reply is what the tool returns. */
export const callTool: Op<CallToolRequest> = {
  names: ["tool", "call_tool", "tool.call"],

  parse(message) {
    const tool = textOf(message, "tool", "tool_name", "name");
    if (tool === "") throw new InvalidRequestError("missing_tool_name", "it names no tool");
    const args = message["args"] || message["arguments"] || message["params"];
    return { tool, args: toObject(args || undefined, "value") };
  },

  async run({ tool, args }, { tools }, { signal }): Promise<JsonObject> {
    if (tools === undefined) {
      throw new InvalidRequestError("tools_disabled", "this node lets no peer call its tools");
    }
    if (!tools.has(tool)) return { ok: false, tool, error: "tool_not_found" };
    const result = await tools.call(tool, args, { signal });
    return result["ok"] === false ? { ...result, tool } : result;
  },
};
