import type { JsonObject } from "../../src/codec/mod.ts";
import { LineReader } from "./line_reader.ts";

const ROOT = new URL("../../", import.meta.url);

/** A program in a process of its own. Disposing it ends the process. */
export interface Program extends AsyncDisposable {
  /** The line of JSON that it printed when it was ready. */
  readonly ready: ReadyLine;
  /** From the start of the process to that line. */
  readonly startMs: number;
  /** Memory that it has in RAM now; `undefined` where the system does not say. */
  readResidentMiB(): Promise<number | undefined>;
  /** Processor time that it has used so far. Linux only. */
  readCpuMs(): Promise<number>;
  /** Ask a program that answers questions; throws what it throws. */
  ask(question: JsonObject): Promise<JsonObject>;
}

/** How a program is started. */
export interface ProgramOptions {
  /** Its arguments; `HOME` in one of them stands for its home. @default {[]} */
  readonly args?: readonly string[];
  /** Arguments of `deno run`. @default {[]} */
  readonly runArgs?: readonly string[];
  /** Whether to drop what it says on standard error. @default {false} */
  readonly isQuiet?: boolean;
}

/** What the programs of the benchmarks say of themselves. */
export interface ReadyLine {
  /** Where it answers HTTP; `mcpp serve` gives its MCP endpoint. */
  readonly url: string;
  readonly multiaddrs: readonly string[];
}

const SERVE: readonly string[] = [
  "serve",
  "--port",
  "0",
  "--p2p-listen",
  "/ip4/127.0.0.1/tcp/0",
  "--data-dir",
  "HOME/data",
];

/** A program that is not ready by then will not be. */
const START_TIMEOUT_MS = 30_000;

/**
 * Start a program of this repository and wait for its first line on standard output.
 *
 * It gets a home of its own and the package cache of this process, so that nothing is downloaded.
 *
 * @param entry Repository path of its entry.
 * @param options Its arguments.
 */
export async function startProgram(entry: string, options: ProgramOptions = {}): Promise<Program> {
  const { args = [], runArgs = [], isQuiet = false } = options;
  await using resources = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "mcpp-bench-" });
  resources.defer(() => Deno.remove(home, { recursive: true }));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...runArgs, new URL(entry, ROOT).pathname]
      .concat(args.map((arg) => arg.replace("HOME", home))),
    clearEnv: true,
    env: { HOME: home, TMPDIR: home, DENO_DIR: denoDir(), PATH: Deno.env.get("PATH") ?? "" },
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: isQuiet ? "null" : "inherit",
  });
  const spawnedMs = performance.now();
  const child = command.spawn();
  resources.defer(() => end(child));
  const input = child.stdin.getWriter();
  const output = new LineReader(child.stdout);
  resources.use(output);
  const line = await readFirstLine(output, child);
  if (line === undefined) {
    throw new Error(`Cannot start program as it ended: "${[entry, ...args].join(" ")}"`);
  }
  const startMs = performance.now() - spawnedMs;
  const owned = resources.move();
  return {
    ready: JSON.parse(line),
    startMs,
    readResidentMiB: () => readResidentMiB(child.pid),
    readCpuMs: () => readCpuMs(child.pid),
    async ask(question) {
      await input.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
      const answer = JSON.parse(await output.read() ?? '{"error":"The program has ended"}');
      if (answer.error !== undefined) throw new Error(`${entry}: ${answer.error}`);
      return answer;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The first line, or `undefined` if the program ends without one; it is made to when it is late. */
async function readFirstLine(
  output: LineReader,
  child: Deno.ChildProcess,
): Promise<string | undefined> {
  const timer = setTimeout(() => child.kill("SIGKILL"), START_TIMEOUT_MS);
  try {
    return await output.read();
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended already.
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}

/**
 * Start `mcpp serve` on free loopback ports.
 *
 * @param args More of its arguments.
 */
export function startMcpp(...args: readonly string[]): Promise<Program> {
  return startProgram("main.ts", { args: [...SERVE, ...args], isQuiet: true });
}

/** Start `mcpp serve` as `deno task build` has bundled it. */
export function startBuiltMcpp(): Promise<Program> {
  return startProgram("dist/main.js", { args: SERVE, isQuiet: true });
}

/** Bundle the program, as `deno task build` does. */
export async function buildMcpp(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "build"],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function readResidentMiB(pid: number): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Linux counts in ticks of 10 ms. */
const TICK_MS = 10;

async function readCpuMs(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name of the command may hold spaces; the fields after it are numbered from 3 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = [Number(fields[14 - 3]), Number(fields[15 - 3])];
  return (userTicks + systemTicks) * TICK_MS;
}

function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}
