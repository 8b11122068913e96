import { join } from "node:path";
import { systemClock } from "../concurrency/mod.ts";
import { type Config, lookUpEnv } from "../config/mod.ts";
import type { Network } from "../network/mod.ts";
import type { HttpCredentials, ListedServer, McpEndpoint } from "../mcp/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import {
  type ClientTarget,
  type ListedTarget,
  parseTarget,
  type StdioTarget,
} from "./client_target.ts";
import type { CreateClientOptions } from "./create_client.ts";
import { chooseIdentity } from "./choose_identity.ts";
import { openNetwork } from "./open_network.ts";
import { readSecrets } from "./read_secrets.ts";
import { readServerList } from "./read_server_list.ts";

/** What a program gets of this process's environment: nothing that may be a secret. */
const INHERITED_ENV: readonly string[] = Deno.build.os === "windows"
  ? [
    "APPDATA",
    "COMSPEC",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATH",
    "PATHEXT",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "USERNAME",
    "USERPROFILE",
    "WINDIR",
  ]
  : ["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER"];

/** A client's endpoints, and what was opened for them. */
export class ClientEndpoints implements AsyncDisposable {
  readonly #config: Config;
  readonly #options: CreateClientOptions;
  /** By the file of their identity; opened when the first peer is dialled. */
  readonly #networks = new Map<string, Promise<Network>>();

  constructor(config: Config, options: CreateClientOptions) {
    this.#config = config;
    this.#options = options;
  }

  /**
   * Where a target is.
   *
   * @param target The target.
   * @returns Endpoints, in the order of preference.
   */
  async resolve(target: ClientTarget): Promise<readonly McpEndpoint[]> {
    if (typeof target === "string") return [await this.#fromText(target)];
    if ("command" in target) return [fromProgram(target)];
    return await this.#fromList(target);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using networks = new AsyncDisposableStack();
    for (const opening of this.#networks.values()) {
      networks.use(await opening.catch(() => undefined));
    }
  }

  async #fromText(text: string): Promise<McpEndpoint> {
    const target = parseTarget(text);
    if (target.kind === "program") return fromProgram(target.program);
    if (target.kind === "peer") return await this.#fromPeer(target.multiaddr, undefined);
    const url = String(target.url);
    return { url, credentials: await this.#credentials(url) };
  }

  async #fromList({ server, file }: ListedTarget): Promise<readonly McpEndpoint[]> {
    const list = await readServerList(file);
    const names = typeof server === "string" ? [server] : server;
    return await Promise.all(names.map((name) => this.#fromListed(list.get(name))));
  }

  async #fromListed(server: ListedServer): Promise<McpEndpoint> {
    if ("command" in server) return fromProgram(server);
    if ("multiaddr" in server) return await this.#fromPeer(server.multiaddr, server.token);
    const { url, headers, transport, oauth } = server;
    // A listed server gets what the list gives it, and no token that was meant for another.
    const credentials = oauth ? await this.#login(url) : undefined;
    return { url, headers, transport, credentials };
  }

  async #fromPeer(multiaddr: string, token: string | undefined): Promise<McpEndpoint> {
    const { MCP_P2P_PROTOCOL } = await import("../mcp/client/mod.ts");
    return {
      openStream: async (options) => {
        const network = await this.#openNetwork(multiaddr, options.signal);
        return await network.openStream({ multiaddr }, MCP_P2P_PROTOCOL, options);
      },
      token: token ?? this.#options.token ?? await this.#readPeerToken(),
    };
  }

  async #readPeerToken(): Promise<string | undefined> {
    return (await readSecrets(this.#config, getLogger("client"))).token;
  }

  async #openNetwork(multiaddr: string, signal: AbortSignal): Promise<Network> {
    const { p2p } = this.#config;
    const { path: identityPath } = await chooseIdentity(this.#config, multiaddr);
    const key = identityPath ?? "";
    const opening = this.#networks.get(key) ??
      openNetwork(p2p, { identityPath, isListening: false, clock: systemClock, signal });
    this.#networks.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      this.#networks.delete(key);
      throw error;
    }
  }

  async #credentials(url: string): Promise<HttpCredentials | undefined> {
    const { bearer } = this.#options;
    if (bearer === undefined) return await this.#login(url);
    const { createBearerCredentials } = await import("../mcp/client/mod.ts");
    return createBearerCredentials(bearer);
  }

  async #login(url: string): Promise<HttpCredentials | undefined> {
    const { oauth } = this.#options;
    if (oauth === undefined) return undefined;
    const { createFileTokenStore, createOAuthCredentials } = await import("../mcp/client/mod.ts");
    const store = oauth.store ?? createFileTokenStore(join(this.#config.dataDir, "oauth"));
    return createOAuthCredentials({ ...oauth, url, store });
  }
}

function fromProgram({ command, args, env, cwd }: StdioTarget): McpEndpoint {
  const inherited = INHERITED_ENV.flatMap((name) => {
    const value = lookUpEnv(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { command, args, env: { ...Object.fromEntries(inherited), ...env }, cwd };
}
