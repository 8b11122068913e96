import { Output } from "./output.ts";

/** How a child process is started. */
export interface ChildOptions {
  /** @default {Deno.execPath()} */
  readonly command?: string | undefined;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** @default {undefined} nothing to read */
  readonly stdin?: string | undefined;
  /** The child is killed when it lives longer than this. */
  readonly deadlineMs: number;
}

/** How a child process ended. */
export interface ChildEnd {
  /** 128 and the signal's number after a signal. */
  readonly code: number;
  /** Whether it had to be killed as it lived too long. */
  readonly timedOut: boolean;
}

/** A child process that cannot hang: it is killed at its deadline, and at the end of the test. */
export class WatchedChild implements AsyncDisposable {
  readonly pid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves when the process has ended and all its output is there. */
  readonly ended: Promise<ChildEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #watchdog: ReturnType<typeof setTimeout>;
  #hasEnded = false;
  #timedOut = false;

  constructor({ command = Deno.execPath(), args, env, stdin, deadlineMs }: ChildOptions) {
    this.#child = new Deno.Command(command, {
      args: [...args],
      clearEnv: true,
      env: { ...env },
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.stdout = new Output(this.#child.stdout);
    this.stderr = new Output(this.#child.stderr);
    this.#watchdog = setTimeout(() => {
      this.#timedOut = true;
      this.kill("SIGKILL");
    }, deadlineMs);
    this.ended = this.#waitForEnd(stdin);
  }

  /** Send a signal, if it still runs. */
  kill(signal: Deno.Signal): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended;
  }

  async #waitForEnd(stdin: string | undefined): Promise<ChildEnd> {
    if (stdin !== undefined) await this.#feed(stdin);
    const { code } = await this.#child.status;
    this.#hasEnded = true;
    clearTimeout(this.#watchdog);
    await Promise.all([this.stdout.ended, this.stderr.ended]);
    return { code, timedOut: this.#timedOut };
  }
  async #feed(text: string): Promise<void> {
    try {
      await new Blob([text]).stream().pipeTo(this.#child.stdin);
    } catch (error) {
      // A child may end without having read everything.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }
}
