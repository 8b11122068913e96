import { InvalidTargetError } from "./invalid_target.ts";

/**
 * Which server a client is to use: a URL (`http://…`), a node's address in the peer-to-peer network
 * (`/ip4/…/p2p/…`), a program (`stdio:deno run server.ts`, or with its parts), or the name of a server
 * in a list, or several in the order of preference.
 */
export type ClientTarget = string | StdioTarget | ListedTarget;

/** A program that is an MCP server on its standard input and output. */
export interface StdioTarget {
  /** The program. */
  readonly command: string;
  /** Its arguments. @default {[]} */
  readonly args?: readonly string[] | undefined;
  /** What its environment has besides `PATH`, `HOME` and the like. @default {{}} */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where it runs. @default {undefined} where this process does */
  readonly cwd?: string | undefined;
}

/** Servers of a list, which is a file `mcp.json`. */
export interface ListedTarget {
  /** The name of one, or of several that are tried in this order. */
  readonly server: string | readonly string[];
  /**
   * The list.
   *
   * @default {undefined} `mcp.json` here, or else in `mcpp` in the directory of configurations, which is
   * `~/.config` unless `XDG_CONFIG_HOME` says otherwise
   */
  readonly file?: string | undefined;
}

/** A target that says by itself where the server is. */
export type DirectTarget =
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "peer"; readonly multiaddr: string }
  | { readonly kind: "program"; readonly program: StdioTarget };

/**
 * What a target's text means.
 *
 * @param text The text.
 * @returns The target.
 * @throws {InvalidTargetError} If it means nothing.
 */
export function parseTarget(text: string): DirectTarget {
  if (text.startsWith("/")) return { kind: "peer", multiaddr: text };
  if (text.startsWith("stdio:")) {
    const [command, ...args] = splitWords(text.slice("stdio:".length));
    if (command === undefined) throw new InvalidTargetError(text);
    return { kind: "program", program: { command, args } };
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidTargetError(text);
  return { kind: "url", url };
}

/** Words are separated by white space; quotes of either kind keep it, and nothing else is special. */
function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
