import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../../../../src/codec/mod.ts";
import { runTaskGroup, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import { bindTool, type BoundTool } from "../../../../../src/mcp/bind_tool.ts";
import type { CallerInput } from "../../../../../src/mcp/caller_input.ts";
import { ANONYMOUS, type Principal } from "../../../../../src/mcp/principal.ts";
import type {
  JsonRpcError,
  JsonRpcMessage,
  JsonRpcRequest,
  RequestId,
} from "../../../../../src/mcp/protocol/message.ts";
import { MetaKey } from "../../../../../src/mcp/protocol/meta_key.ts";
import { createMcpService } from "../../../../../src/mcp/server/engine/create_mcp_service.ts";
import type {
  Exchange,
  McpAnswer,
  McpService,
  McpSession,
  SessionPort,
  SessionState,
} from "../../../../../src/mcp/server/engine/mcp_service.ts";
import type { McpServerOptions } from "../../../../../src/mcp/server/server_options.ts";
import type { ToolContext } from "../../../../../src/mcp/tool.ts";
import { createSampleServer } from "../../sample_tools.ts";

/** The other end of one request. */
export class TestExchange implements Exchange {
  readonly principal: Principal;
  readonly sent: JsonRpcMessage[] = [];
  readonly #controller = new AbortController();
  readonly #onSend: (message: JsonRpcMessage) => Promise<void> | void;

  constructor(
    options: {
      readonly principal?: Principal;
      readonly onSend?: (message: JsonRpcMessage) => Promise<void> | void;
    } = {},
  ) {
    this.principal = options.principal ?? ANONYMOUS;
    this.#onSend = options.onSend ?? (() => {});
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async send(message: JsonRpcMessage): Promise<void> {
    this.sent.push(message);
    await this.#onSend(message);
  }

  hangUp(): void {
    this.#controller.abort(new Error("hung up"));
  }
}

/** A session whose client's messages and state are kept. */
export interface TestSession {
  readonly session: McpSession;
  readonly sent: JsonRpcMessage[];
  readonly states: SessionState[];
  readonly settled: RequestId[];
}

export function openTestSession(service: McpService, restored?: SessionState): TestSession {
  const sent: JsonRpcMessage[] = [];
  const states: SessionState[] = [];
  const settled: RequestId[] = [];
  const port: SessionPort = {
    send: (message) => {
      sent.push(message);
      return Promise.resolve();
    },
    onStateChange: (state) => void states.push(state),
    onSettled: (id) => void settled.push(id),
  };
  return { session: service.openSession(port, restored), sent, states, settled };
}

export async function openInitialized(
  service: McpService,
  capabilities: JsonObject = {},
): Promise<TestSession> {
  const opened = openTestSession(service);
  const params = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "t" } };
  await opened.session.answer(request("initialize", params, 0), new TestExchange());
  return opened;
}

export function withService(
  options: Partial<McpServerOptions>,
  fn: (service: McpService, group: TaskGroup) => Promise<void>,
): Promise<void> {
  return runTaskGroup(async (group) => {
    const service = createMcpService(group, { ...createSampleServer(), ...options });
    await fn(service, group);
    service.close();
  });
}

export function request(method: string, params?: JsonObject, id: RequestId = 1): JsonRpcRequest {
  return { jsonrpc: "2.0", id, method, ...(params && { params }) };
}

export interface ModernOptions {
  readonly id?: RequestId;
  readonly capabilities?: JsonObject;
  readonly meta?: JsonObject;
}

export function modern(
  method: string,
  params: JsonObject = {},
  { id = 1, capabilities = {}, meta = {} }: ModernOptions = {},
): JsonRpcRequest {
  const required = {
    [MetaKey.protocolVersion]: "2026-07-28",
    [MetaKey.clientCapabilities]: capabilities,
  };
  return request(method, { ...params, _meta: { ...required, ...meta } }, id);
}

export function resultOf(answer: McpAnswer | undefined): JsonObject {
  assert.ok(answer !== undefined && "result" in answer.message, JSON.stringify(answer));
  assert.equal(answer.httpStatus, 200);
  return answer.message.result;
}

export function errorOf(answer: McpAnswer | undefined): JsonRpcError {
  assert.ok(answer !== undefined && "error" in answer.message, JSON.stringify(answer));
  return answer.message.error;
}

/** `data.code` of an error. */
export function codeOf(answer: McpAnswer | undefined): JsonValue | undefined {
  return (errorOf(answer).data as JsonObject | undefined)?.["code"];
}

export function textOf(answer: McpAnswer | undefined): JsonValue | undefined {
  const [block] = resultOf(answer)["content"] as readonly JsonObject[];
  return block?.["text"];
}

/** A tool whose work is a function of its arguments and its context, for one test. */
export function toolOf(
  name: string,
  run: (context: ToolContext, args: JsonObject) => Promise<JsonObject> | JsonObject,
): BoundTool {
  return bindTool({
    name,
    title: name,
    description: `Does what the test of ${name} wants.`,
    input: z.record(z.string(), z.json()),
    output: z.record(z.string(), z.json()),
    run: (_deps, args, context) => run(context, args as JsonObject),
  }, undefined);
}

/** The input, where a caller can be asked. */
export function inputOf({ input }: ToolContext): CallerInput {
  assert.ok(input !== undefined);
  return input;
}

export function elicit(
  message: string,
): { readonly method: "elicitation/create"; params: JsonObject } {
  const requestedSchema = { type: "object", properties: { name: { type: "string" } } };
  return { method: "elicitation/create", params: { message, requestedSchema } };
}
