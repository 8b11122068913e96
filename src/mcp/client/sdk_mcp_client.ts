import type { Client, RequestOptions as SdkRequestOptions } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Connection } from "./connection.ts";
import type {
  CallToolOptions,
  RemoteCompletion,
  RemotePrompt,
  RemotePromptResult,
  RemoteResource,
  RemoteResourceContent,
  RemoteResourceTemplate,
  RemoteServerInfo,
  RemoteTool,
  RemoteToolResult,
  RequestOptions,
  WatchRemoteResourceOptions,
} from "./mcp_client.ts";
import { withProgressTimeout } from "./progress_timeout.ts";
import { ResourceWatcher } from "./resource_watcher.ts";
import { type ClientErrorContext, toClientError } from "./to_client_error.ts";
import { toToolResult } from "./to_tool_result.ts";

/** The longest time that a timer can have: the caller's signal is the only limit. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** The client of this module over the SDK's client, which is connected. */
export class SdkMcpClient implements Connection {
  readonly serverInfo: RemoteServerInfo | undefined;
  readonly era: "legacy" | "modern";
  readonly protocolVersion: string;
  readonly instructions: string | undefined;
  readonly capabilities: JsonObject;
  readonly closed: Promise<void>;
  readonly #client: Client;
  readonly #context: ClientErrorContext;
  readonly #clock: Clock;
  readonly #hangUp: () => Promise<void>;
  readonly #watcher: ResourceWatcher;
  #isClosed = false;

  constructor(client: Client, options: SdkMcpClientOptions) {
    this.#client = client;
    this.#context = options.context;
    this.#clock = options.clock ?? systemClock;
    this.#hangUp = options.hangUp;
    this.serverInfo = client.getServerVersion();
    this.era = client.getProtocolEra() ?? "legacy";
    this.protocolVersion = client.getNegotiatedProtocolVersion() ?? "";
    this.instructions = client.getInstructions();
    this.capabilities = (client.getServerCapabilities() ?? {}) as unknown as JsonObject;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    client.onclose = () => {
      this.#isClosed = true;
      closed.resolve();
    };
    this.#watcher = new ResourceWatcher(client, {
      server: options.context.server,
      capabilities: this.capabilities,
      closed: this.closed,
      clock: this.#clock,
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async listTools(options: RequestOptions = {}): Promise<readonly RemoteTool[]> {
    return await this.#list("tools", options, async (client, sdkOptions) => {
      return (await client.listTools(undefined, sdkOptions)).tools;
    }) as unknown as readonly RemoteTool[];
  }

  async callTool(
    name: string,
    args: JsonObject,
    options: CallToolOptions = {},
  ): Promise<RemoteToolResult> {
    const call = { toolName: name, options, clock: this.#clock };
    return await withProgressTimeout(call, async ({ onProgress, signal }) => {
      return await this.#request({ signal }, async (client, sdkOptions) => {
        const result = await client.callTool({ name, arguments: { ...args } }, {
          ...sdkOptions,
          ...(onProgress !== undefined && { onprogress: onProgress }),
        });
        return toToolResult(result as unknown as JsonObject);
      }, name);
    });
  }

  async listResources(options: RequestOptions = {}): Promise<readonly RemoteResource[]> {
    return await this.#list("resources", options, async (client, sdkOptions) => {
      return (await client.listResources(undefined, sdkOptions)).resources;
    });
  }

  async listResourceTemplates(
    options: RequestOptions = {},
  ): Promise<readonly RemoteResourceTemplate[]> {
    return await this.#list("resources", options, async (client, sdkOptions) => {
      return (await client.listResourceTemplates(undefined, sdkOptions)).resourceTemplates;
    });
  }

  async readResource(
    uri: string,
    options: RequestOptions = {},
  ): Promise<readonly RemoteResourceContent[]> {
    return await this.#request(options, async (client, sdkOptions) => {
      return (await client.readResource({ uri }, sdkOptions)).contents;
    });
  }

  async watchResource(uri: string, options: WatchRemoteResourceOptions): Promise<void> {
    const { signal } = options;
    if (signal.aborted) return;
    try {
      await this.#watcher.watch(uri, options);
    } catch (error) {
      if (!signal.aborted) throw toClientError(error, this.#context);
    }
  }

  async listPrompts(options: RequestOptions = {}): Promise<readonly RemotePrompt[]> {
    return await this.#list("prompts", options, async (client, sdkOptions) => {
      const { prompts } = await client.listPrompts(undefined, sdkOptions);
      return prompts.map((prompt) => ({ ...prompt, arguments: prompt.arguments ?? [] }));
    });
  }

  async getPrompt(
    name: string,
    args: Readonly<Record<string, string>> = {},
    options: RequestOptions = {},
  ): Promise<RemotePromptResult> {
    return await this.#request(options, async (client, sdkOptions) => {
      const params = { name, arguments: { ...args } };
      const { description, messages } = await client.getPrompt(params, sdkOptions);
      return { description, messages } as unknown as RemotePromptResult;
    });
  }

  async complete(
    { of, argument, value, known }: RemoteCompletion,
    options: RequestOptions = {},
  ): Promise<readonly string[]> {
    return await this.#request(options, async (client, sdkOptions) => {
      const { completion } = await client.complete({
        ref: "prompt" in of
          ? { type: "ref/prompt", name: of.prompt }
          : { type: "ref/resource", uri: of.uriTemplate },
        argument: { name: argument, value },
        ...(known !== undefined && { context: { arguments: { ...known } } }),
      }, sdkOptions);
      return completion.values;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hangUp();
  }

  /** A server that has none of a kind has an empty list of them. */
  async #list<T>(
    capability: "tools" | "resources" | "prompts",
    options: RequestOptions,
    send: (client: Client, options: SdkRequestOptions) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    options.signal?.throwIfAborted();
    if (this.capabilities[capability] === undefined) return [];
    return await this.#request(options, send);
  }

  async #request<T>(
    { signal }: RequestOptions,
    send: (client: Client, options: SdkRequestOptions) => Promise<T>,
    toolName?: string,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await send(this.#client, {
        timeout: NO_TIMEOUT_MS,
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw toClientError(error, { ...this.#context, toolName });
    }
  }
}

/** What an {@linkcode SdkMcpClient} needs besides the SDK's client. */
export interface SdkMcpClientOptions {
  /** For error messages. */
  readonly context: ClientErrorContext;
  /** Ends the connection. */
  readonly hangUp: () => Promise<void>;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}
