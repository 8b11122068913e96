import assert from "node:assert/strict";
import { FrameTooLargeError, type JsonObject } from "../../../../../src/codec/mod.ts";
import { runTaskGroup, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import {
  createMemoryChannelPair,
  type MemoryChannel,
} from "../../../../../src/mcp/server/channel/memory_channel.ts";
import type { MessageChannel } from "../../../../../src/mcp/server/channel/message_channel.ts";
import {
  serveMcpChannel,
  type ServeMcpChannelOptions,
} from "../../../../../src/mcp/server/channel/serve_mcp_channel.ts";
import { createMcpService } from "../../../../../src/mcp/server/engine/create_mcp_service.ts";
import type { McpService } from "../../../../../src/mcp/server/engine/mcp_service.ts";
import type { McpServerOptions } from "../../../../../src/mcp/server/server_options.ts";
import { createSampleServer, MemoryLogger } from "../../sample_tools.ts";

const { signal } = new AbortController();

export const MODERN_META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "raw", version: "0" },
};

export interface Bench {
  readonly group: TaskGroup;
  readonly service: McpService;
  readonly client: ChannelClient;
  readonly logger: MemoryLogger;
  /** Resolves when the server is done with the channel. */
  readonly served: Promise<void>;
}

export interface BenchOptions extends Partial<ServeMcpChannelOptions> {
  readonly server?: Partial<McpServerOptions>;
}

/** A served channel and the other end of it. */
export async function withChannel(
  body: (bench: Bench) => Promise<void>,
  options: BenchOptions = {},
): Promise<void> {
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const service = createMcpService(group, {
      ...createSampleServer({ logger }),
      ...options.server,
    });
    const [near, far] = createMemoryChannelPair();
    const channel = new FrailChannel(far);
    const principal = { id: "tester", scopes: ["*"] };
    const served = serveMcpChannel(group, { service, channel, principal, logger, ...options });
    served.catch(() => {});
    await body({ group, service, client: new ChannelClient(near, channel), logger, served });
    near.close();
    await served.catch(() => {});
    group.cancel();
  });
  assert.deepEqual(logger.failures, []);
}

/** The server's end of a channel, which a test can break. */
class FrailChannel implements MessageChannel {
  readonly cutOff = Promise.withResolvers<null>();
  writeError: Error | undefined;
  maxLength = Infinity;
  readonly #channel: MemoryChannel;

  constructor(channel: MemoryChannel) {
    this.#channel = channel;
    this.cutOff.promise.catch(() => {});
  }

  receive(signal: AbortSignal): Promise<JsonObject | null> {
    return Promise.race([this.#channel.receive(signal), this.cutOff.promise]);
  }

  async send(message: JsonObject): Promise<void> {
    if (this.writeError !== undefined) throw this.writeError;
    const { length } = JSON.stringify(message);
    if (length > this.maxLength) throw new FrameTooLargeError(length, this.maxLength);
    await this.#channel.send(message);
  }
}

/** A client that writes and reads messages by hand. */
export class ChannelClient {
  readonly channel: MemoryChannel;
  readonly #server: FrailChannel;

  constructor(channel: MemoryChannel, server: FrailChannel) {
    this.channel = channel;
    this.#server = server;
  }

  /** Sends nothing more, and still reads. */
  endInput(): void {
    this.#server.cutOff.resolve(null);
  }

  /** Lets the server's next read fail. */
  breakInput(error: Error): void {
    this.#server.cutOff.reject(error);
  }

  /** Lets the server's next write fail. */
  breakOutput(error: Error): void {
    this.#server.writeError = error;
  }

  /** Lets the server's writes of more characters fail. */
  refuseLongerThan(length: number): void {
    this.#server.maxLength = length;
  }

  async send(...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) await this.channel.send(message as JsonObject);
  }

  /** The next message; `null` at the end. */
  receive(): Promise<JsonObject | null> {
    return this.channel.receive(signal);
  }

  /** Sends a request and gives the next message. */
  async ask(message: unknown): Promise<JsonObject> {
    await this.send(message);
    return await this.receive() ?? {};
  }

  /** Opens a legacy session. */
  async initialize(capabilities: JsonObject = {}): Promise<JsonObject> {
    const answer = await this.ask(initialize("init", capabilities));
    await this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return answer;
  }
}

export function request(id: unknown, method: string, params?: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) } as JsonObject;
}

export function modern(id: unknown, method: string, params: JsonObject = {}): JsonObject {
  return request(id, method, {
    ...params,
    "_meta": { ...MODERN_META, ...params["_meta"] as JsonObject },
  });
}

export function call(name: string, args: JsonObject = {}): JsonObject {
  return { name, arguments: args };
}

export function initialize(id: unknown, capabilities: JsonObject = {}): JsonObject {
  const clientInfo = { name: "raw", version: "0" };
  return request(id, "initialize", { protocolVersion: "2025-11-25", capabilities, clientInfo });
}

export function cancelled(requestId: unknown): JsonObject {
  return {
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId },
  } as JsonObject;
}

/** Id, number and stable code of an error answer. */
export function errorOf(answer: JsonObject | null): readonly unknown[] {
  const { code, data } = (answer?.["error"] ?? {}) as { code?: number; data?: { code?: string } };
  return [answer?.["id"], code, data?.code];
}

/** What a tool gave back. */
export function resultOf(answer: JsonObject | null): unknown {
  return (answer?.["result"] as JsonObject | undefined)?.["structuredContent"];
}
