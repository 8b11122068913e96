import {
  type CallToolRequest,
  type CallToolResult,
  type ListToolsResult,
  type RequestId,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { runTaskGroup, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import type { BoundTool } from "../bind_tool.ts";
import { requireTool } from "../require_tool.ts";
import { runTool, type ToolResult } from "../run_tool.ts";
import type { ToolContext } from "../tool.ts";
import { ProgressSender } from "./progress_sender.ts";
import { recordToolCall } from "./record_tool_call.ts";
import type { McpServerOptions } from "./server_options.ts";
import { serverStoppingError, toProtocolError } from "./to_protocol_error.ts";

/** Options of {@linkcode createSdkServer}. */
export interface SdkServerOptions extends McpServerOptions {
  /** Told when a tool has ended, for whatever reason, with the id of the request. */
  readonly onCallEnded?: ((id: RequestId) => void) | undefined;
}

/** The tools change only with a restart, so a client may keep the list for a while. */
const LIST_CACHE = { ttlMs: 60_000, cacheScope: "public" } as const;

/**
 * The protocol object that serves one connection, or one HTTP request. It is cheap: everything
 * that depends on the number of tools is in the table already.
 *
 * @param options Name, tools, logger.
 * @param group Each call of a tool is a child of it, in a task group of its own.
 * @returns A server that is not connected yet.
 */
export function createSdkServer(options: SdkServerOptions, group: TaskGroup): Server {
  const { name, version, title } = options.serverInfo;
  const server = new Server({ name, version, ...(title !== undefined && { title }) }, {
    capabilities: { tools: {} },
    cacheHints: { "tools/list": LIST_CACHE, "server/discover": LIST_CACHE },
    ...(options.instructions !== undefined && { instructions: options.instructions }),
  });
  // The table is read-only all the way down, which the SDK's type does not say; it only encodes it.
  server.setRequestHandler(
    "tools/list",
    () => ({ tools: options.tools.definitions }) as unknown as ListToolsResult,
  );
  server.setRequestHandler("tools/call", (request, context) => {
    const call = { options, group, tool: findTool(options, request.params.name) };
    return callInGroup({ ...call, args: request.params.arguments, context });
  });
  return server;
}

interface IncomingCall {
  readonly options: SdkServerOptions;
  readonly group: TaskGroup;
  readonly tool: BoundTool;
  readonly args: CallToolRequest["params"]["arguments"];
  readonly context: ServerContext;
}

function findTool(options: McpServerOptions, name: string): BoundTool {
  try {
    return requireTool(options.tools, name);
  } catch (error) {
    throw toProtocolError(error);
  }
}

/**
 * Cancelled when the client cancels or hangs up (the request's signal) and when the server stops
 * (the group's). The group is not left before the tool has really ended.
 */
function callInGroup(call: IncomingCall): Promise<CallToolResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CallToolResult>();
  const name = `tool ${call.tool.name}`;
  const callerGone = call.context.mcpReq.signal;
  call.group.spawn(name, async (stopping) => {
    try {
      const result = await runTaskGroup((callGroup, signal) => {
        const onGone = (): void => callGroup.cancel("the caller cancelled or hung up");
        if (callerGone.aborted) onGone();
        callerGone.addEventListener("abort", onGone, { once: true });
        return runCall(call, signal);
      }, { name, signal: stopping });
      resolve(toSdkResult(result));
    } catch (error) {
      reject(stopping.aborted ? serverStoppingError() : toProtocolError(error));
    } finally {
      call.options.onCallEnded?.(call.context.mcpReq.id);
    }
  });
  return promise;
}

async function runCall(call: IncomingCall, signal: AbortSignal): Promise<ToolResult> {
  const progress = createProgressSender(call.context);
  const context: ToolContext = {
    signal,
    reportProgress: (report) => progress?.report(report),
  };
  const { logger, metrics } = call.options;
  const startMs = systemClock.monotonicMs();
  const result = await runTool(call.tool, { args: call.args, context, logger });
  if (metrics !== undefined) {
    const durationMs = systemClock.monotonicMs() - startMs;
    recordToolCall(metrics, { tool: call.tool.name, result, durationMs });
  }
  await progress?.flush();
  return result;
}

function createProgressSender(context: ServerContext): ProgressSender | undefined {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return new ProgressSender(({ progress, total, message }) =>
    context.mcpReq.notify({
      method: "notifications/progress",
      params: {
        progressToken,
        progress,
        ...(total !== undefined && { total }),
        ...(message !== undefined && { message }),
      },
    })
  );
}

function toSdkResult(result: ToolResult): CallToolResult {
  return {
    content: [...result.content],
    structuredContent: { ...result.structuredContent },
    ...(result.isError && { isError: true }),
  };
}
