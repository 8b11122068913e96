import { systemClock } from "../../../src/concurrency/mod.ts";
import { type McppProcess, startMcpp, type StartOptions, toMcppCommand } from "../mcpp_process.ts";
import { openTempDir } from "../run_deno.ts";
import type { Host } from "./with_hosts.ts";

/** Admits the nodes of a test to each other. */
const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };
/** A test with hosts takes longer than others: it waits for what timers of the nodes do. */
const NODE_DEADLINE_MS = 150_000;
/** Nothing announces what the tests wait for, so it is asked for. */
const PAUSE_MS = 200;

/** A node that runs on a host of a test. */
export interface HostNode extends McppProcess {
  readonly host: Host;
  /** Call one of its tools, from its own host, and parse what is printed. */
  // deno-lint-ignore no-explicit-any -- the shape differs from tool to tool
  call(tool: string, args?: unknown): Promise<any>;
}

/** Start `mcpp serve` or `mcpp worker` on a host, with a home of its own, and wait until it is ready. */
export async function startMcppOn(host: Host, options: StartOptions = {}): Promise<HostNode> {
  await using opened = new AsyncDisposableStack();
  const home = options.home ?? opened.use(await openTempDir()).path;
  const env = { ...TOKEN_ENV, ...options.env, HOME: home };
  const node = opened.use(
    await startMcpp({
      listen: "/ip4/0.0.0.0/tcp/0",
      ...options,
      ...{ home, env },
      spawn: (args) => host.spawnDeno(args, { env, deadlineMs: NODE_DEADLINE_MS }),
    }),
  );
  const owned = opened.move();
  return {
    ...node,
    host,
    call: async (tool, args = {}) => {
      const line = ["call", tool, JSON.stringify(args), "--url", node.ready.url];
      await using child = host.spawnDeno(toMcppCommand(line, home).args, { env });
      const { code } = await child.ended;
      if (code !== 0) throw new Error(`call failed: ${child.stdout.text}${child.stderr.text}`);
      return JSON.parse(child.stdout.text);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Ask a node until it says that something is so. */
export async function untilSo(ask: () => Promise<boolean>): Promise<void> {
  while (!await ask()) await systemClock.sleep(PAUSE_MS);
}

/** Wait until a node has another one among its peers. */
export async function untilListed(node: HostNode, peerId: string): Promise<void> {
  await untilSo(async () => {
    const { peers } = await node.call("list_peers");
    return peers.some((peer: { "peer_id": string }) => peer["peer_id"] === peerId);
  });
}
