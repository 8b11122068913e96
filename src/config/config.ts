// Generated from schema.ts by write_generated.ts; edit that file and run this one again.

/** The whole configuration, complete and checked. */
export interface Config {
  /**
   * The directory that holds the node's key, queue and configuration file.
   *
   * @default $XDG_DATA_HOME/mcpp, or ~/.local/share/mcpp
   */
  readonly dataDir: string;
  /** The HTTP server that MCP clients talk to. */
  readonly server: ServerConfig;
  /** Who may use the HTTP server. */
  readonly auth: AuthConfig;
  /** Which tools clients and peers may call. */
  readonly tools: ToolsConfig;
  /** The peer-to-peer node. */
  readonly p2p: P2pConfig;
  /** How the node finds peers, besides mDNS and bootstrap peers. */
  readonly discovery: DiscoveryConfig;
  /** How the node is reached from other networks. */
  readonly reach: ReachConfig;
  /** The worker that executes tasks. */
  readonly worker: WorkerConfig;
  /** The durable queue of tasks. */
  readonly queue: QueueConfig;
  /** The cache that nodes share, when --p2p-cache is on. */
  readonly cache: CacheConfig;
  /** Text generation. */
  readonly text: TextConfig;
  /** Logging, to standard error. */
  readonly log: LogConfig;
  /** Stopping. */
  readonly shutdown: ShutdownConfig;
}

/** The HTTP server that MCP clients talk to. */
export interface ServerConfig {
  /** The name that the server gives MCP clients. @default {"mcpp"} */
  readonly name: string;
  /**
   * The address that the HTTP server binds to. Anything but loopback opens it to the network.
   *
   * @default {"127.0.0.1"}
   */
  readonly host: string;
  /** The TCP port of the HTTP server; 0 picks a free one. @default {8000} */
  readonly port: number;
  /** The URL path of the MCP endpoint. @default {"/mcp"} */
  readonly mountPath: string;
  /**
   * Web origins whose pages may call the HTTP server and read its answers; none by default, *
   * means any.
   *
   * @default {[]}
   */
  readonly corsOrigins: readonly string[];
  /** Names in the Host header that are accepted besides those of loopback. @default {[]} */
  readonly allowedHosts: readonly string[];
  /**
   * Web origins that requests may come from besides those of loopback, such as a proxy's; their
   * pages cannot read the answers.
   *
   * @default {[]}
   */
  readonly allowedOrigins: readonly string[];
  /** The largest body of a request. @default {4194304} */
  readonly maxBodyBytes: number;
  /** The largest answer of an MCP request; a larger one becomes an error. @default {16777216} */
  readonly maxResultBytes: number;
  /**
   * Requests that one client may make per second, with a first burst of twice as many; 0 sets no
   * limit.
   *
   * @default {1000}
   */
  readonly rateLimit: number;
  /** How long one call of a tool may take, in milliseconds. @default {86400000} */
  readonly callTimeoutMs: number;
  /**
   * How long the session of an MCP client of the older protocol revisions is kept without a sign
   * of life, in milliseconds.
   *
   * @default {1800000}
   */
  readonly sessionTtlMs: number;
  /**
   * How many such sessions are kept; beyond that, the one unused longest goes first.
   *
   * @default {10000}
   */
  readonly maxSessions: number;
}

/** Who may use the HTTP server. */
export interface AuthConfig {
  /**
   * A file of bearer tokens that HTTP clients must present: a name, a token and scopes on each
   * line.
   *
   * @default {""}
   */
  readonly tokensFile: string;
  /**
   * The OAuth 2.1 authorisation server whose access tokens (JWT) HTTP clients may present.
   *
   * @default {""}
   */
  readonly issuer: string;
  /**
   * What access tokens must be meant for: the URL by which clients reach the MCP endpoint.
   *
   * @default {""}
   */
  readonly audience: string;
  /**
   * Where the keys of the authorisation server are; without it, its metadata are asked.
   *
   * @default {""}
   */
  readonly jwksUrl: string;
  /**
   * Whether the HTTP server may be open to the network without asking clients who they are.
   *
   * @default {false}
   */
  readonly allowUnauthenticated: boolean;
}

/** Which tools clients and peers may call. */
export interface ToolsConfig {
  /** Families and names of the tools to offer; by default all. @default {[]} */
  readonly only: readonly string[];
  /** Families and names of tools not to offer. @default {[]} */
  readonly except: readonly string[];
  /**
   * Families and names of the tools that admitted peers may call; by default none, * means all
   * that are offered.
   *
   * @default {[]}
   */
  readonly peer: readonly string[];
}

/** The peer-to-peer node. */
export interface P2pConfig {
  /** Whether the node takes part in the peer-to-peer network. @default {true} */
  readonly enabled: boolean;
  /**
   * The address that the peer-to-peer node binds to; 0.0.0.0 is all addresses, those of IPv6 among
   * them. Strangers can connect but may do nothing.
   *
   * @default {"0.0.0.0"}
   */
  readonly listenHost: string;
  /** The TCP port of the peer-to-peer node; 0 picks a free one. @default {9710} */
  readonly listenPort: number;
  /** Addresses to listen on instead of the host and port above. @default {[]} */
  readonly listen: readonly string[];
  /** The IP address to announce to others; auto picks one. @default {"auto"} */
  readonly publicIp: string;
  /** Peers to connect to at start. @default {[]} */
  readonly bootstrapPeers: readonly string[];
  /**
   * Whether the node finds peers in the local network, and is found there, by mDNS.
   *
   * @default {true}
   */
  readonly mdns: boolean;
  /**
   * Where the node's address is written while it runs, for programs on this machine; off writes
   * none.
   *
   * @default $XDG_CACHE_HOME/ipfs_accelerate_py/task_p2p_announce.json, or the same below ~/.cache
   */
  readonly announceFile: false | string;
  /** The secret that admits peers: who presents the same one may use this node. @default {""} */
  readonly token: string;
  /** A file that holds the token, on one line. @default {""} */
  readonly tokenFile: string;
  /**
   * Ids of peers that are admitted without the token, each with what it may do: submit, work,
   * tools, cache, admin; without roles, all but admin.
   *
   * @default {[]}
   */
  readonly allowPeers: readonly string[];
  /**
   * Whether everybody who can connect may submit tasks, work, call the tools that peers may call,
   * and use the cache, as with older nodes.
   *
   * @default {false}
   */
  readonly openSwarm: boolean;
  /**
   * A file with the key of a private swarm: only nodes that have the same one can connect at all.
   *
   * @default {""}
   */
  readonly swarmKeyFile: string;
  /** Whether this node has a shared cache, which admitted peers may use. @default {false} */
  readonly enableCache: boolean;
  /**
   * A label by which peers that belong together know each other; its worker also takes tasks that
   * ask for it.
   *
   * @default {""}
   */
  readonly session: string;
}

/** How the node finds peers, besides mDNS and bootstrap peers. */
export interface DiscoveryConfig {
  /**
   * Whether the node remembers the peers that have answered, and connects to them again after a
   * restart.
   *
   * @default {true}
   */
  readonly rememberPeers: boolean;
  /**
   * What the peers that are to find each other far away have in common.
   *
   * @default {"ipfs-accelerate-task-queue"}
   */
  readonly namespace: string;
  /** Nodes where peers of the namespace register and find each other. @default {[]} */
  readonly rendezvousPoints: readonly string[];
  /**
   * Whether the node is such a meeting point, for all peers that can connect to it.
   *
   * @default {false}
   */
  readonly rendezvousServer: boolean;
  /**
   * Whether peers of the namespace are found by a distributed hash table: one of the nodes of this
   * kind, or the public one; auto takes part in the first as soon as there are peers to begin
   * with.
   *
   * @default {"auto"}
   */
  readonly dht: "auto" | "off" | "private" | "public";
  /**
   * A GitHub repository in whose issues nodes find each other; the node's addresses become as
   * public as it is.
   *
   * @default {""}
   */
  readonly githubRepository: string;
  /**
   * Accounts whose comments there count; by default those of owner, members and collaborators.
   *
   * @default {[]}
   */
  readonly githubAuthors: readonly string[];
  /**
   * A token that may read and write these issues; without one, nothing is written.
   *
   * @default {""}
   */
  readonly githubToken: string;
  /** A directory that several nodes can see, in which they find each other. @default {""} */
  readonly sharedDirectory: string;
}

/** How the node is reached from other networks. */
export interface ReachConfig {
  /**
   * Whether the node is reached, and reaches others, through relays where nothing else works.
   *
   * @default {true}
   */
  readonly relay: boolean;
  /**
   * Relays at which the node holds a place, so that others reach it through them.
   *
   * @default {[]}
   */
  readonly relayPeers: readonly string[];
  /** Whether the node is a relay for others, within limits. @default {false} */
  readonly relayServer: boolean;
  /**
   * Whether the node asks its peers if they can dial it, and does the same for them (AutoNAT).
   *
   * @default {true}
   */
  readonly autonat: boolean;
  /**
   * Whether relayed connections are made direct where that is possible (DCUtR).
   *
   * @default {true}
   */
  readonly holePunch: boolean;
  /**
   * Addresses that lead to this node from outside, such as that of a forwarded port.
   *
   * @default {[]}
   */
  readonly announceAddresses: readonly string[];
}

/** The worker that executes tasks. */
export interface WorkerConfig {
  /** Whether the node executes tasks itself. @default {true} */
  readonly enabled: boolean;
  /** How many tasks run at the same time. @default {4} */
  readonly concurrency: number;
  /** Task types to take; by default all that the node can execute. @default {[]} */
  readonly taskTypes: readonly string[];
  /** The worker's name in task records; by default derived from the peer id. @default {""} */
  readonly name: string;
  /** Tags that the worker offers, such as "gpu", for tasks that require them. @default {[]} */
  readonly offers: readonly string[];
}

/** The durable queue of tasks. */
export interface QueueConfig {
  /** How often a task is tried before it fails for good, unless the task says so. @default {3} */
  readonly maxAttempts: number;
  /** How long a worker holds a task without a sign of life, in milliseconds. @default {30000} */
  readonly leaseMs: number;
  /**
   * How long a worker that cannot renew its claim, such as a Python one, may work on a task, in
   * milliseconds.
   *
   * @default {1800000}
   */
  readonly legacyLeaseMs: number;
  /**
   * How long a task waits for the worker or session it asks for, before anyone may take it, in
   * milliseconds.
   *
   * @default {180000}
   */
  readonly affinityMs: number;
  /**
   * How long a task is kept for the peer that owns it, before any other may take it, in
   * milliseconds; 0 is first come, first served.
   *
   * @default {500}
   */
  readonly ownershipGraceMs: number;
  /** How many tasks of a type run at the same time, such as "docker.execute=2". @default {[]} */
  readonly typeLimits: readonly string[];
  /** How long a finished task is kept, in milliseconds. @default {604800000} */
  readonly retentionMs: number;
}

/** The cache that nodes share, when --p2p-cache is on. */
export interface CacheConfig {
  /**
   * How large the shared cache may grow; what was used least recently goes first.
   *
   * @default {268435456}
   */
  readonly maxBytes: number;
  /** Nodes that get each change of this node's cache. @default {[]} */
  readonly replicateTo: readonly string[];
}

/** Text generation. */
export interface TextConfig {
  /**
   * Base URL of an OpenAI-compatible HTTP service. Without it the node takes no text-generation
   * tasks.
   *
   * @default {""}
   */
  readonly endpoint: string;
  /** A file that holds the service's API key, on one line. @default {""} */
  readonly keyFile: string;
  /** How long one text generation may take, in milliseconds. @default {600000} */
  readonly timeoutMs: number;
}

/** Logging, to standard error. */
export interface LogConfig {
  /** The least important log lines to write. @default {"info"} */
  readonly level: "debug" | "info" | "warn" | "error";
  /** How log lines look: text for people, JSON for programs. @default {"text"} */
  readonly format: "text" | "json";
}

/** Stopping. */
export interface ShutdownConfig {
  /** How long running work may go on after a stop signal, in milliseconds. @default {5000} */
  readonly graceMs: number;
}
