import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../codec/mod.ts";
import { suggestNames } from "../suggest_names.ts";
import { ServerListError, UnknownServerError } from "./errors.ts";
import { expandVariables, type LookUpVariable } from "./expand_variables.ts";

/** A server as a file lists it. */
export type ListedServer = ListedProgram | ListedUrl | ListedPeer;

/** A server that is a program. */
export interface ListedProgram {
  /** The program. */
  readonly command: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** What its environment has besides the usual. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it runs; `undefined` where this process does. */
  readonly cwd: string | undefined;
}

/** A server over HTTP. */
export interface ListedUrl {
  /** Its URL. */
  readonly url: string;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** `sse` is the transport of protocol revision 2024-11-05. */
  readonly transport: "auto" | "sse";
  /** Whether to log in with a browser when the server asks. */
  readonly oauth: boolean;
}

/** A node in the peer-to-peer network. */
export interface ListedPeer {
  /** Its address. */
  readonly multiaddr: string;
  /** What authorises us there; `undefined` for what the configuration says. */
  readonly token: string | undefined;
}

/** Options of {@linkcode parseServerList}. */
export interface ParseServerListOptions {
  /** The file, for error messages. */
  readonly path: string;
  /** The value of an environment variable. */
  readonly lookUp: LookUpVariable;
}

/** Servers by name. */
export interface ServerList {
  /** All names, in the order of the file. */
  readonly names: readonly string[];
  /**
   * The server with a name. Only now are its variables expanded, so that another's may be missing.
   *
   * @throws {UnknownServerError} If there is none.
   * @throws {ServerListError} If its entry is wrong, or needs a variable that is not set.
   */
  get(name: string): ListedServer;
}

/**
 * Read a list of MCP servers as many clients have it: `mcpServers` (or `servers`), and in it by name
 * a `command` with `args`, `env` and `cwd`, or a `url` with `headers`; besides these, a `multiaddr`.
 * Members that are not known are other programs' business.
 *
 * @param text The file.
 * @param options Which file, and where variables come from.
 * @returns The servers.
 * @throws {ServerListError} If it is no such list.
 *
 * @example One server, with a token of the environment
 * ```ts
 * import { parseServerList } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const text = '{"mcpServers": {"work": {"url": "https://example.org/mcp?key=${KEY}"}}}';
 * const list = parseServerList(text, { path: "mcp.json", lookUp: () => "secret" });
 * const server = list.get("work");
 * assert.equal("url" in server && server.url, "https://example.org/mcp?key=secret");
 * ```
 */
export function parseServerList(text: string, options: ParseServerListOptions): ServerList {
  const { path } = options;
  const root = parseObject(text, path);
  const servers = root["mcpServers"] ?? root["servers"];
  if (servers === undefined || !isJsonObject(servers)) {
    throw new ServerListError(path, 'it has no object "mcpServers"');
  }
  const names = Object.keys(servers);
  return {
    names,
    get(name) {
      if (!Object.hasOwn(servers, name)) {
        throw new UnknownServerError(name, path, suggestNames(name, names));
      }
      const entry = servers[name];
      const reader = new EntryReader(name, options);
      if (entry === undefined || !isJsonObject(entry)) return reader.fail("is not an object");
      return reader.read(entry);
    },
  };
}

function parseObject(text: string, path: string): JsonObject {
  let root: JsonValue;
  try {
    root = parseJson(text);
  } catch (cause) {
    throw new ServerListError(path, "it is not JSON", { cause });
  }
  if (!isJsonObject(root)) throw new ServerListError(path, "it is not a JSON object");
  return root;
}

/** Reads the members of one entry. */
class EntryReader {
  readonly #name: string;
  readonly #options: ParseServerListOptions;

  constructor(name: string, options: ParseServerListOptions) {
    this.#name = name;
    this.#options = options;
  }

  read(entry: JsonObject): ListedServer {
    const { command, url, multiaddr } = entry;
    if ([command, url, multiaddr].filter((member) => member !== undefined).length !== 1) {
      return this.fail('must have one of "command", "url" and "multiaddr"');
    }
    if (command !== undefined) {
      return {
        command: this.#text("command", command),
        args: this.#texts("args", entry["args"]),
        env: this.#textsByName("env", entry["env"]),
        cwd: this.#optionalText("cwd", entry["cwd"]),
      };
    }
    if (url !== undefined) {
      return {
        url: this.#url(url),
        headers: this.#textsByName("headers", entry["headers"]),
        transport: entry["type"] === "sse" ? "sse" : "auto",
        oauth: entry["auth"] === "oauth",
      };
    }
    return {
      multiaddr: this.#text("multiaddr", multiaddr),
      token: this.#optionalText("token", entry["token"]),
    };
  }

  fail(problem: string): never {
    throw new ServerListError(this.#options.path, `server "${this.#name}" ${problem}`);
  }

  #url(value: JsonValue): string {
    const text = this.#text("url", value);
    const url = URL.parse(text);
    // The text may hold a secret by now.
    if (url === null || !/^https?:$/.test(url.protocol)) {
      this.fail('has a "url" that is no http URL');
    }
    return text;
  }

  #text(member: string, value: JsonValue | undefined): string {
    if (typeof value !== "string" || value === "") return this.fail(`needs a text "${member}"`);
    const { text, missing } = expandVariables(value, this.#options.lookUp);
    if (missing !== undefined) {
      return this.fail(`needs the environment variable "${missing}", which is not set`);
    }
    return text;
  }

  #optionalText(member: string, value: JsonValue | undefined): string | undefined {
    return value === undefined ? undefined : this.#text(member, value);
  }

  #texts(member: string, value: JsonValue | undefined): readonly string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return this.fail(`needs a list "${member}"`);
    return value.map((item: JsonValue) => item === "" ? "" : this.#text(member, item));
  }

  #textsByName(member: string, value: JsonValue | undefined): Readonly<Record<string, string>> {
    if (value === undefined) return {};
    if (!isJsonObject(value)) return this.fail(`needs an object "${member}"`);
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        item === "" ? "" : this.#text(`${member}.${name}`, item),
      ]),
    );
  }
}
