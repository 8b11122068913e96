import type { Stream } from "../../network/mod.ts";
import type { HttpCredentials } from "./http_credentials.ts";

/** Where a server is. */
export type McpEndpoint = HttpEndpoint | StreamEndpoint | StdioEndpoint;

/** A server over HTTP. */
export interface HttpEndpoint {
  /** Its URL, path included, such as `http://127.0.0.1:8000/mcp`. */
  readonly url: string | URL;
  /** Headers of every request. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Says who we are, and answers the server's challenges. @default {undefined} nobody */
  readonly credentials?: HttpCredentials | undefined;
  /**
   * `sse` is the transport of protocol revision 2024-11-05: one stream of events, and a URL of its own
   * for messages. `auto` tries it with servers that do not know the newer one.
   *
   * @default {"auto"}
   */
  readonly transport?: "auto" | "sse" | undefined;
  /** Makes the requests. @default {fetch} */
  readonly fetch?: typeof fetch | undefined;
}

/** A server at the other end of a peer-to-peer stream. */
export interface StreamEndpoint {
  /** Opens a stream to the peer. A second one is opened if the peer ends the first unprompted. */
  readonly openStream: (options: { readonly signal: AbortSignal }) => Promise<Stream>;
  /** What authorises us there. @default {undefined} the peer knows us */
  readonly token?: string | undefined;
  /** Largest message in bytes, both ways. @default {1048576} */
  readonly maxFrameBytes?: number | undefined;
}

/** A server that is a program: it is started, and spoken to over its standard input and output. */
export interface StdioEndpoint {
  /** The program: a name that is looked up in `PATH`, or a path. */
  readonly command: string;
  /** Its arguments. @default {[]} */
  readonly args?: readonly string[] | undefined;
  /** All of its environment. @default {undefined} that of this process */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where it runs. @default {undefined} where this process does */
  readonly cwd?: string | undefined;
  /** What becomes of its standard error. @default {"inherit"} */
  readonly stderr?: "inherit" | "null" | undefined;
  /** Longest line, which is a message, that it may write. @default {16777216} */
  readonly maxLineBytes?: number | undefined;
}

/**
 * The name of an endpoint in messages.
 *
 * @param endpoint Where a server is.
 * @returns Its URL without what may be secret, its command, or `peer`.
 */
export function toEndpointName(endpoint: McpEndpoint): string {
  if ("command" in endpoint) return endpoint.command;
  if (!("url" in endpoint)) return "peer";
  const { origin, pathname, search } = new URL(endpoint.url);
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}
