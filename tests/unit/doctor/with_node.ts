import {
  type Clock,
  runTaskGroup,
  systemClock,
  type TaskGroup,
} from "../../../src/concurrency/mod.ts";
import type { ExaminePeerDeps } from "../../../src/doctor/mod.ts";
import {
  type Authorizer,
  type ConnectionPolicy,
  createAuthorizer,
  type Network,
} from "../../../src/network/mod.ts";
import { openLibp2pNetwork } from "../../../src/network/libp2p/mod.ts";
import { RPC_PROTOCOL } from "../../../src/rpc/protocol.ts";
import { serveRpc } from "../../../src/rpc/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import {
  createLocalTaskQueue,
  createQueueClient,
  createTaskQueueServer,
  type LocalTaskQueue,
} from "../../../src/taskqueue/mod.ts";
import type { TaskStore } from "../../../src/store/mod.ts";

/** The token that the node wants. */
export const TOKEN = "s3cret";

/** A node with a queue, over real connections, and what looks at it. */
export interface NodeFixture {
  readonly node: Network;
  /** Its address, with its id. */
  readonly multiaddr: string;
  readonly queue: LocalTaskQueue;
  readonly store: TaskStore;
  /** Who looks at it. */
  readonly deps: ExaminePeerDeps;
}

/** What the node is like. */
export interface NodeOptions {
  /** Which protocols it serves. @default {"both"} */
  readonly serves?: "both" | "lines" | "nothing";
  /** What the looker presents. @default {TOKEN} */
  readonly token?: string | undefined;
  /** Who is admitted. @default who has the token */
  readonly authorizer?: Authorizer;
  /** Who may connect. @default everybody */
  readonly policy?: ConnectionPolicy;
  /** What its workers take. @default {["double"]} */
  readonly taskTypes?: readonly string[];
  /** The key of its private swarm. @default {undefined} it is in none */
  readonly swarmKey?: Uint8Array | undefined;
  /** Whose time it has. @default {systemClock} */
  readonly clock?: Clock;
}

/** Run a test with a node, and end everything. */
export async function withNode(
  body: (fixture: NodeFixture) => Promise<void>,
  options: NodeOptions = {},
): Promise<void> {
  const { policy, clock = systemClock, taskTypes = ["double"], serves = "both" } = options;
  const token = "token" in options ? options.token : TOKEN;
  await using node = await openLibp2pNetwork({
    listen: ["/ip4/127.0.0.1/tcp/0"],
    policy,
    swarmKey: options.swarmKey,
  });
  await using store = createMemoryTaskStore();
  const queue = createLocalTaskQueue({
    store,
    peerId: node.peerId,
    clock,
    capabilities: () => ({ taskTypes }),
  });
  await runTaskGroup(async (group) => {
    const authorizer = options.authorizer ?? createAuthorizer({ token: TOKEN });
    await serve(group, { node, queue, authorizer, serves });
    await withLooker(token, async (deps) => {
      const [multiaddr = ""] = node.multiaddrs();
      await body({ node, multiaddr, queue, store, deps });
    });
    group.cancel();
  });
}

/** Run a test with what looks at nodes. */
export async function withLooker(
  token: string | undefined,
  body: (deps: ExaminePeerDeps) => Promise<void>,
  swarmKey?: Uint8Array,
): Promise<void> {
  await using network = await openLibp2pNetwork({ swarmKey });
  await using client = createQueueClient({ network, token });
  await body({
    network,
    client,
    hasToken: token !== undefined,
    framedProtocol: RPC_PROTOCOL,
    resolveTxt: () => Promise.reject(new Error("no such name")),
    resolveHost: () => Promise.reject(new Error("no such name")),
  });
}

interface Served {
  readonly node: Network;
  readonly queue: LocalTaskQueue;
  readonly authorizer: Authorizer;
  readonly serves: "both" | "lines" | "nothing";
}

async function serve(group: TaskGroup, { node, queue, authorizer, serves }: Served): Promise<void> {
  const server = createTaskQueueServer({ queue, authorizer });
  if (serves !== "nothing") await server.serveLines(group, node);
  if (serves !== "both") return;
  const tools = new Map([["task_queue.rpc", server.rpcTool]]);
  await serveRpc(group, { network: node, tools });
}
