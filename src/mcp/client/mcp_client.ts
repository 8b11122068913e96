import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { ToolAnnotations, ToolProgress } from "../tool.ts";

/** A connection to an MCP server. Dispose it to end the connection. */
export interface McpClient extends AsyncDisposable {
  /** Who the server says it is; `undefined` if it does not say. */
  readonly serverInfo: RemoteServerInfo | undefined;
  /** `modern` from protocol revision 2026-07-28 on, `legacy` before. */
  readonly era: "legacy" | "modern";
  /** The protocol revision in use. */
  readonly protocolVersion: string;
  /** What the server wants models to know; `undefined` if nothing. */
  readonly instructions: string | undefined;
  /**
   * All tools of the server.
   *
   * @throws {ConnectionLostError} @throws {RemoteProtocolError}
   */
  listTools(options?: ListToolsOptions): Promise<readonly RemoteTool[]>;
  /**
   * Call a tool. A tool that fails is a result with `isError`. There is no time limit but the
   * signal's; giving up tells the server to stop.
   *
   * @throws {UnknownToolError} @throws {ConnectionLostError} @throws {RemoteProtocolError}
   */
  callTool(name: string, args: JsonObject, options?: CallToolOptions): Promise<RemoteToolResult>;
}

/** Who a server says it is. */
export interface RemoteServerInfo {
  /** For programs. */
  readonly name: string;
  /** Its own version, not the protocol's. */
  readonly version: string;
  /** For people. */
  readonly title?: string | undefined;
}

/** Options of {@linkcode McpClient.listTools}. */
export interface ListToolsOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@linkcode McpClient.callTool}. */
export interface CallToolOptions {
  /** Told how far the tool is, if the tool reports it. */
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Cancels the call, here and on the server. */
  readonly signal?: AbortSignal | undefined;
}

/** A tool as its server describes it. */
export interface RemoteTool {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For models. */
  readonly description?: string | undefined;
  /** JSON Schema of the arguments. */
  readonly inputSchema: JsonObject;
  /** JSON Schema of the result, if the server says. */
  readonly outputSchema?: JsonObject | undefined;
  /** Hints about what it does. */
  readonly annotations?: ToolAnnotations | undefined;
}

/** What a call came to. */
export interface RemoteToolResult {
  /** The result; absent when the server has none in this form. */
  readonly structuredContent?: JsonValue | undefined;
  /** Texts, images and links, as the server sent them. */
  readonly content: readonly JsonObject[];
  /** All text content, one part a line. */
  readonly text: string;
  /** Whether the tool failed. */
  readonly isError: boolean;
  /** Why it failed, if the server says it the way this one does. */
  readonly error?: RemoteToolFailure | undefined;
}

/** Why a tool failed. */
export interface RemoteToolFailure {
  /** Stable, machine-readable. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}
