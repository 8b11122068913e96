import type { JsonObject } from "../../../codec/mod.ts";
import { type Clock, systemClock } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { createPromptTable, type PromptTable } from "../../prompt_table.ts";
import { MetaKey } from "../../protocol/meta_key.ts";
import { ResourceTable } from "../../resource_table.ts";
import type { ToolTable } from "../../tool_table.ts";
import type { McpServerOptions } from "../server_options.ts";
import type { ChangeHub } from "./change_hub.ts";
import { createToolCallRecorder, type RecordToolCall } from "./record_tool_call.ts";
import { RequestStateSeal } from "./request_state_seal.ts";

/** A day: longer than anybody waits. */
const DEFAULT_CALL_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** All that does not change from request to request, compiled once. */
export interface ServerModel {
  readonly tools: ToolTable;
  readonly prompts: PromptTable;
  readonly resources: ResourceTable;
  /** Who the server is. */
  readonly serverInfo: JsonObject;
  /** `_meta` of every result of the modern era. */
  readonly resultMeta: JsonObject;
  /** What the server can do, the same in both eras. */
  readonly capabilities: JsonObject;
  readonly instructions: string | undefined;
  readonly callTimeoutMs: number;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly recordToolCall: RecordToolCall | undefined;
  readonly seal: RequestStateSeal;
  readonly hub: ChangeHub;
}

/**
 * Compile what a server says and does.
 *
 * @param options The server.
 * @param createHub Makes the hub of the resources.
 * @returns The model.
 * @throws {TypeError} If two prompts have one name.
 */
export function createServerModel(
  options: McpServerOptions,
  createHub: (resources: ResourceTable) => ChangeHub,
): ServerModel {
  const { name, version, title } = options.serverInfo;
  const serverInfo = Object.freeze({ name, version, ...(title !== undefined && { title }) });
  const prompts = createPromptTable(options.prompts ?? []);
  const resources = new ResourceTable(options.resources ?? []);
  const clock = options.clock ?? systemClock;
  return {
    tools: options.tools,
    prompts,
    resources,
    serverInfo,
    resultMeta: Object.freeze({ [MetaKey.serverInfo]: serverInfo }),
    capabilities: toCapabilities(prompts, resources),
    instructions: options.instructions,
    callTimeoutMs: options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS,
    logger: options.logger,
    clock,
    recordToolCall: options.metrics && createToolCallRecorder(options.metrics),
    seal: new RequestStateSeal(clock),
    hub: createHub(resources),
  };
}

/** What is not there is not said, and its methods are not found. */
function toCapabilities(prompts: PromptTable, resources: ResourceTable): JsonObject {
  const hasPrompts = prompts.definitions.length > 0;
  const hasResources = !resources.isEmpty;
  return Object.freeze({
    tools: { listChanged: true },
    logging: {},
    ...(hasPrompts && { prompts: { listChanged: true } }),
    ...(hasResources && { resources: { subscribe: true, listChanged: true } }),
    ...((hasPrompts || hasResources) && { completions: {} }),
  });
}
