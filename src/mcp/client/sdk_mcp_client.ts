import type { Client } from "@modelcontextprotocol/client";
import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type {
  CallToolOptions,
  ListToolsOptions,
  McpClient,
  RemoteServerInfo,
  RemoteTool,
  RemoteToolFailure,
  RemoteToolResult,
} from "./mcp_client.ts";
import { type ClientErrorContext, toClientError } from "./to_client_error.ts";

/** The longest time that a timer can have: the caller's signal is the only limit. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** The client of this module over the SDK's client, which is connected. */
export class SdkMcpClient implements McpClient {
  readonly serverInfo: RemoteServerInfo | undefined;
  readonly era: "legacy" | "modern";
  readonly protocolVersion: string;
  readonly instructions: string | undefined;
  readonly #client: Client;
  readonly #context: ClientErrorContext;
  readonly #hangUp: () => Promise<void>;

  constructor(client: Client, options: SdkMcpClientOptions) {
    this.#client = client;
    this.#context = options.context;
    this.#hangUp = options.hangUp;
    this.serverInfo = client.getServerVersion();
    this.era = client.getProtocolEra() ?? "legacy";
    this.protocolVersion = client.getNegotiatedProtocolVersion() ?? "";
    this.instructions = client.getInstructions();
  }

  async listTools({ signal }: ListToolsOptions = {}): Promise<readonly RemoteTool[]> {
    signal?.throwIfAborted();
    if (this.#client.getServerCapabilities()?.tools === undefined) return [];
    try {
      const { tools } = await this.#client.listTools(undefined, {
        timeout: NO_TIMEOUT_MS,
        ...(signal !== undefined && { signal }),
      });
      return tools as unknown as readonly RemoteTool[];
    } catch (error) {
      signal?.throwIfAborted();
      throw toClientError(error, this.#context);
    }
  }

  async callTool(
    name: string,
    args: JsonObject,
    options: CallToolOptions = {},
  ): Promise<RemoteToolResult> {
    const { onProgress, signal } = options;
    signal?.throwIfAborted();
    try {
      const result = await this.#client.callTool({ name, arguments: { ...args } }, {
        timeout: NO_TIMEOUT_MS,
        ...(onProgress !== undefined && { onprogress: onProgress }),
        ...(signal !== undefined && { signal }),
      });
      return toResult(result as unknown as SdkToolResult);
    } catch (error) {
      signal?.throwIfAborted();
      throw toClientError(error, { ...this.#context, toolName: name });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hangUp();
  }
}

/** What an {@linkcode SdkMcpClient} needs besides the SDK's client. */
export interface SdkMcpClientOptions {
  /** For error messages. */
  readonly context: ClientErrorContext;
  /** Ends the connection. */
  readonly hangUp: () => Promise<void>;
}

interface SdkToolResult {
  readonly content?: readonly JsonObject[];
  readonly structuredContent?: JsonValue;
  readonly isError?: boolean;
}

function toResult(result: SdkToolResult): RemoteToolResult {
  const { content = [], structuredContent, isError = false } = result;
  const texts = content.flatMap((part) => typeof part["text"] === "string" ? [part["text"]] : []);
  return {
    structuredContent,
    content,
    text: texts.join("\n"),
    isError,
    error: isError ? toFailure(structuredContent) : undefined,
  };
}

function toFailure(structuredContent: JsonValue | undefined): RemoteToolFailure | undefined {
  if (structuredContent === undefined || !isJsonObject(structuredContent)) return undefined;
  const { error: message, code, hint } = structuredContent;
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return { code, message, hint: typeof hint === "string" ? hint : undefined };
}
