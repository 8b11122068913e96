import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import type { Output } from "./output.ts";
import {
  baseEnv,
  type Finished,
  openTempDir,
  runDeno,
  type RunOptions,
  spawnDeno,
  type SpawnOptions,
} from "./run_deno.ts";
import type { WatchedChild } from "./watched_child.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
/** `run` and the flags of the tasks, without `deno` before and `main.ts` after them. */
const FLAGS: readonly string[] = manifest.tasks.mcpp.command.split(" ").slice(1, -1);
const NODE_FLAGS: readonly string[] = manifest.tasks.serve.command.split(" ").slice(1, -2);
/** A node that a test forgot to stop, or that does not stop. */
const NODE_DEADLINE_MS = 50_000;

/** A running `mcpp serve` or `mcpp worker`, as a user would start it. */
export interface McppProcess extends AsyncDisposable {
  readonly pid: number;
  readonly dataDir: string;
  /** The line it printed when it was ready. */
  readonly ready: ReadyLine;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Send a signal. */
  kill(signal: Deno.Signal): void;
  /** Send a signal and wait for the end; fails if that takes too long. Gives the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** Wait for the end; fails if the process had to be killed. Gives the exit code. */
  waitForExit(): Promise<number>;
}

/** The line of JSON that says that a node is ready. */
export interface ReadyLine {
  readonly event: "ready";
  readonly url: string;
  readonly peerId: string;
  readonly multiaddrs: readonly string[];
  readonly dataDir: string;
}

/** How a node is started. */
export interface StartOptions {
  /** @default {"serve"} */
  readonly command?: "serve" | "worker";
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default a new directory, removed at the end */
  readonly home?: string;
  /** @default {"data"} in the home */
  readonly dataDir?: string;
  /** Where it has text generated. @default {undefined} nowhere */
  readonly endpoint?: { readonly url: string };
  /** Listen address of the P2P node. @default {"/ip4/127.0.0.1/tcp/0"} */
  readonly listen?: string;
  /** Starts `deno` with these arguments. @default on this host */
  readonly spawn?: (args: readonly string[], options: SpawnOptions) => WatchedChild;
}

/** Start a node on free ports and wait until it is ready. */
export async function startMcpp(options: StartOptions = {}): Promise<McppProcess> {
  const { command = "serve", args = [], env, endpoint } = options;
  await using opened = new AsyncDisposableStack();
  const home = options.home ?? opened.use(await openTempDir()).path;
  const dataDir = options.dataDir ?? `${home}/data`;
  const settings = [
    ...(command === "serve" ? ["--port", "0"] : []),
    ...(endpoint === undefined ? [] : ["--text-endpoint", endpoint.url]),
    ...["--data-dir", dataDir, "--p2p-listen", options.listen ?? "/ip4/127.0.0.1/tcp/0"],
  ];
  const spawn = options.spawn ?? spawnDeno;
  const child = opened.use(
    spawn(toDenoArgs([command, ...settings, ...args]), {
      ...{ home, deadlineMs: NODE_DEADLINE_MS },
      env,
    }),
  );
  const ready = await waitForReadyLine(child, command);
  const owned = opened.move();
  const waitForExit = async (): Promise<number> => {
    const { code, timedOut } = await child.ended;
    assert.ok(!timedOut, `mcpp ${command} did not end: ${child.stderr.text}`);
    return code;
  };
  return {
    pid: child.pid,
    dataDir,
    ready,
    stdout: child.stdout,
    stderr: child.stderr,
    kill: (signal) => child.kill(signal),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return waitForExit();
    },
    waitForExit,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function waitForReadyLine(child: WatchedChild, command: string): Promise<ReadyLine> {
  try {
    const [line] = await child.stdout.waitFor(/^.*\n/);
    return JSON.parse(line);
  } catch (cause) {
    const { code } = await child.ended;
    throw new Error(`mcpp ${command} ended with code ${code}: ${child.stderr.text}`, { cause });
  }
}

/** Run an `mcpp` command to its end; fails if it does not come to one. */
export function runMcpp(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return runDeno(toDenoArgs(args), options);
}

/** Call a tool of a node and parse what is printed. */
export async function callMcpp(
  node: McppProcess,
  tool: string,
  args: unknown,
  extra: readonly string[] = [],
  // deno-lint-ignore no-explicit-any -- the shape differs from tool to tool
): Promise<any> {
  const finished = await runMcpp([
    "call",
    tool,
    JSON.stringify(args),
    "--url",
    node.ready.url,
    ...extra,
  ]);
  if (finished.code !== 0) throw new Error(`call failed: ${JSON.stringify(finished)}`);
  return JSON.parse(finished.stdout);
}

/** The first address of a node, for other nodes. */
export function addressOf(node: McppProcess): string {
  const [address] = node.ready.multiaddrs;
  assert.ok(address !== undefined, "the node has no address");
  return address;
}

/** Start an `mcpp` command, and wait for nothing. */
export function spawnMcpp(
  args: readonly string[],
  home: string,
  env: StartOptions["env"] = {},
): WatchedChild {
  return spawnDeno(toDenoArgs(args), { home, env, deadlineMs: NODE_DEADLINE_MS });
}

/** How another program, such as an MCP client, starts an `mcpp` command. */
export function toMcppCommand(
  args: readonly string[],
  home: string,
  env: StartOptions["env"] = {},
) {
  return {
    command: Deno.execPath(),
    args: [...toDenoArgs(args)],
    env: { ...baseEnv(home), ...env },
  };
}

/** With the permissions of `deno task mcpp`, so that every test shows that they suffice. */
function toDenoArgs(args: readonly string[]): readonly string[] {
  const isNode = args[0] === "serve" || args[0] === "worker";
  return [...isNode ? NODE_FLAGS : FLAGS, MAIN, ...args];
}
