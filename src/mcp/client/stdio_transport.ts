import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { toError } from "../../error/mod.ts";
import { isJsonObject, LineDecoder, parseJson } from "../../codec/mod.ts";
import { abortable, type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import type { StdioEndpoint } from "./endpoint.ts";
import { CannotStartServerError } from "./errors.ts";

const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

/** How long a program may take to end by itself, and then when told to. */
const EXIT_TIMEOUT_MS = 2_000;

/** MCP messages over the standard input and output of a program, one on each line. */
export class StdioTransport implements Transport {
  /** Set by the protocol: the transport is over. */
  onclose?: (() => void) | undefined;
  /** Set by the protocol: something went wrong. */
  onerror?: ((error: Error) => void) | undefined;
  /** Set by the protocol: a message has come in. */
  onmessage?: (<T extends JSONRPCMessage>(message: T) => void) | undefined;
  /** With `pid`, by this the SDK sees that silence does not mean an outage here, but an old server. */
  readonly stderr = null;

  readonly #endpoint: StdioEndpoint;
  readonly #clock: Clock;
  #child: Deno.ChildProcess | undefined;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #output: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  #reading: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(endpoint: StdioEndpoint, options: { readonly clock: Clock }) {
    this.#endpoint = endpoint;
    this.#clock = options.clock;
  }

  /** The program's process id; `undefined` before it is started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the program. What it writes goes to `onmessage`. */
  start(): Promise<void> {
    if (this.#child !== undefined) {
      throw new TypeError("Cannot start transport as it has been started");
    }
    this.#child = this.#spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.getReader();
    this.#reading = this.#read(this.#output);
    return Promise.resolve();
  }

  /** Sends one message; resolves when the pipe has taken it. */
  async send(message: JSONRPCMessage): Promise<void> {
    const line = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    if (this.#input === undefined) throw new TypeError("Cannot send as nothing was started");
    await this.#input.write(line);
  }

  /** Ends the program: by the end of its input, or else by signals. */
  async close(): Promise<void> {
    this.#closing ??= this.#end();
    await this.#closing;
  }

  #spawn(): Deno.ChildProcess {
    const { command, args = [], env, cwd, stderr = "inherit" } = this.#endpoint;
    try {
      return new Deno.Command(command, {
        args: [...args],
        ...(env !== undefined && { env, clearEnv: true }),
        ...(cwd !== undefined && { cwd }),
        stdin: "piped",
        stdout: "piped",
        stderr,
      }).spawn();
    } catch (error) {
      throw new CannotStartServerError(command, error);
    }
  }

  async #read(output: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { maxLineBytes = DEFAULT_MAX_LINE_BYTES } = this.#endpoint;
    const decoder = new LineDecoder({ maxLineBytes });
    try {
      for (let next = await output.read(); !next.done; next = await output.read()) {
        for (const line of decoder.decode(next.value)) this.#take(line);
      }
    } catch (error) {
      this.#report(error);
    }
    // The program has ended, or speaks something else: either way nothing more will come.
    if (this.#closing === undefined) queueMicrotask(() => this.close().catch(() => {}));
    this.onclose?.();
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    try {
      const message = parseJson(line);
      if (!isJsonObject(message)) throw new TypeError("Cannot take message as it is no object");
      // The protocol checks the shape of what it is given.
      this.onmessage?.(message as unknown as JSONRPCMessage);
    } catch (error) {
      // Many programs print a greeting where only messages belong.
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.onerror?.(toError(error));
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    // The program may have closed its input already.
    await this.#input?.close().catch(() => {});
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (await this.#hasExited(child)) break;
      tryKill(child, signal);
    }
    await child.status;
    // A program that it has started may hold its output open.
    await this.#output?.cancel();
    await this.#reading;
  }

  async #hasExited(child: Deno.ChildProcess): Promise<boolean> {
    const waited = await moveOnAfter(
      EXIT_TIMEOUT_MS,
      (signal) => abortable(child.status, signal),
      { clock: this.#clock },
    );
    return !waited.timedOut;
  }
}

/** It may have ended in the meantime. */
function tryKill(child: Deno.ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
