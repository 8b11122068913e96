import assert from "node:assert/strict";
import { WatchedChild } from "./watched_child.ts";

/** The longest that a command may take; a start takes a fraction of a second. */
const COMMAND_DEADLINE_MS = 25_000;

/** What a finished command printed. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Whether it writes to a terminal. @default {false} */
  readonly isInteractive?: boolean | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
  /** @default a new directory, removed at the end */
  readonly home?: string | undefined;
}

/** Run `deno` to its end; fails if it does not come to one. */
export async function runDeno(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  await using opened = new AsyncDisposableStack();
  const home = options.home ?? opened.use(await openTempDir()).path;
  const child = opened.use(
    spawnDeno(args, { ...options, home, deadlineMs: COMMAND_DEADLINE_MS }),
  );
  const { code, timedOut } = await child.ended;
  const finished = { code, stdout: child.stdout.text, stderr: child.stderr.text };
  assert.ok(!timedOut, `deno ${args.join(" ")} did not end: ${JSON.stringify(finished)}`);
  return finished;
}

/** How a child process is started. */
export interface SpawnOptions extends RunOptions {
  readonly home: string;
  /** The child is killed when it lives longer than this. */
  readonly deadlineMs: number;
}

/** Start `deno` with an environment of its own. */
export function spawnDeno(args: readonly string[], options: SpawnOptions): WatchedChild {
  const { home, env, stdin, deadlineMs, isInteractive = false } = options;
  const child = { env: { ...baseEnv(home), ...env }, stdin, deadlineMs };
  if (!isInteractive) return new WatchedChild({ ...child, args });
  // `script` gives a command a terminal of its own, and passes on what it writes there.
  const line = [Deno.execPath(), ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(
    " ",
  );
  return new WatchedChild({ ...child, command: "script", args: ["-qec", line, "/dev/null"] });
}

/** Whether there is a `script` that understands these flags. */
export async function hasTerminal(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A directory that is gone at the end of the test. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** Make a directory. */
export async function openTempDir(): Promise<TempDir> {
  const path = await Deno.makeTempDir({ prefix: "mcpp-e2e-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** An empty home; the package cache is the test runner's own, so that nothing is downloaded. */
export function baseEnv(home: string): Record<string, string> {
  const denoDir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  return { HOME: home, DENO_DIR: denoDir, NO_COLOR: "1", PATH: Deno.env.get("PATH") ?? "" };
}
