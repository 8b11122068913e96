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
  listTools(options?: RequestOptions): Promise<readonly RemoteTool[]>;
  /**
   * Call a tool. A tool that fails is a result with `isError`. There is no time limit but the
   * signal's; giving up tells the server to stop.
   *
   * @throws {UnknownToolError} @throws {ConnectionLostError} @throws {RemoteProtocolError}
   */
  callTool(name: string, args: JsonObject, options?: CallToolOptions): Promise<RemoteToolResult>;
  /** What the server can do: `tools`, `resources`, `prompts`, `completions`, ..., as it says. */
  readonly capabilities: JsonObject;
  /** All resources that the server lists. */
  listResources(options?: RequestOptions): Promise<readonly RemoteResource[]>;
  /** All forms of resources that the server has. */
  listResourceTemplates(options?: RequestOptions): Promise<readonly RemoteResourceTemplate[]>;
  /** What a resource holds. @throws {RemoteProtocolError} If there is none with this URI. */
  readResource(uri: string, options?: RequestOptions): Promise<readonly RemoteResourceContent[]>;
  /**
   * Be told of each change of a resource until the signal aborts, over lost connections too.
   *
   * @returns When the signal has aborted.
   */
  watchResource(uri: string, options: WatchRemoteResourceOptions): Promise<void>;
  /** All prompts of the server. */
  listPrompts(options?: RequestOptions): Promise<readonly RemotePrompt[]>;
  /** The messages of a prompt. */
  getPrompt(
    name: string,
    args?: Readonly<Record<string, string>>,
    options?: RequestOptions,
  ): Promise<RemotePromptResult>;
  /** Values that an argument of a prompt, or a variable of a template, may have. */
  complete(request: RemoteCompletion, options?: RequestOptions): Promise<readonly string[]>;
}

/** Options of one request. */
export interface RequestOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@linkcode McpClient.watchResource}. */
export interface WatchRemoteResourceOptions {
  /** Called after each change, and once when the watch has begun. */
  readonly onChange: () => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A resource as its server lists it. */
export interface RemoteResource {
  /** What identifies it. */
  readonly uri: string;
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For models. */
  readonly description?: string | undefined;
  /** Such as `application/json`. */
  readonly mimeType?: string | undefined;
}

/** A form of resources as its server lists it. */
export interface RemoteResourceTemplate extends Omit<RemoteResource, "uri"> {
  /** RFC 6570. */
  readonly uriTemplate: string;
}

/** What a resource holds. */
export interface RemoteResourceContent {
  /** What identifies it. */
  readonly uri: string;
  /** Such as `application/json`. */
  readonly mimeType?: string | undefined;
  /** Text; absent for bytes. */
  readonly text?: string | undefined;
  /** Bytes in base64; absent for text. */
  readonly blob?: string | undefined;
}

/** A prompt as its server lists it. */
export interface RemotePrompt {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For people and models. */
  readonly description?: string | undefined;
  /** What it asks for. */
  readonly arguments: readonly {
    readonly name: string;
    readonly description?: string | undefined;
    readonly required?: boolean | undefined;
  }[];
}

/** The messages of a prompt. */
export interface RemotePromptResult {
  /** What it is about, if the server says. */
  readonly description?: string | undefined;
  /** In order. */
  readonly messages: readonly { readonly role: string; readonly content: JsonObject }[];
}

/** What is to be completed. */
export interface RemoteCompletion {
  /** Whose argument. */
  readonly of: { readonly prompt: string } | { readonly uriTemplate: string };
  /** Its name. */
  readonly argument: string;
  /** What has been typed. */
  readonly value: string;
  /** Arguments that are known already. @default {{}} */
  readonly known?: Readonly<Record<string, string>> | undefined;
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

/** Options of {@linkcode McpClient.callTool}. */
export interface CallToolOptions {
  /** Told how far the tool is, if the tool reports it. */
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Give up after this time without progress. @default {undefined} never */
  readonly timeoutMs?: number | undefined;
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
