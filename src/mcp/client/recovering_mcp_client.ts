import type { JsonObject } from "../../codec/mod.ts";
import {
  abortable,
  type BackoffOptions,
  type Clock,
  exponentialBackoffMs,
} from "../../concurrency/mod.ts";
import type { Connection } from "./connection.ts";
import { ConnectionLostError, ServerUnavailableError, SessionLostError } from "./errors.ts";
import { hadNoEffect, isPassing } from "./is_passing.ts";
import type {
  CallToolOptions,
  McpClient,
  RemoteCompletion,
  RemotePrompt,
  RemotePromptResult,
  RemoteResource,
  RemoteResourceContent,
  RemoteResourceTemplate,
  RemoteServerInfo,
  RemoteTool,
  RemoteToolResult,
  RequestOptions,
  WatchRemoteResourceOptions,
} from "./mcp_client.ts";
import { withProgressTimeout } from "./progress_timeout.ts";

/** How a client recovers from a lost connection. */
export interface RecoveryOptions extends BackoffOptions {
  /** How often one request is tried, the first time included; 1 never repeats. @default {8} */
  readonly maxAttempts?: number | undefined;
  /** No repetition of a request begins after this time, in milliseconds. @default {30000} */
  readonly budgetMs?: number | undefined;
}

/** What a {@linkcode RecoveringMcpClient} needs. */
export interface RecoveringMcpClientOptions {
  /** Connects again. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  /** For error messages. */
  readonly server: string;
  /** When to give up. */
  readonly recovery: RecoveryOptions;
  /** Whose time it is. */
  readonly clock: Clock;
}

/** How one request is repeated. */
interface Repetition {
  readonly signal?: AbortSignal | undefined;
  /** Whether the request may be made again after this error. */
  readonly mayRepeat: (error: unknown) => Promise<boolean> | boolean;
}

/**
 * A client that connects again when its connection is lost, and repeats what is safe to repeat: what
 * had no effect, and what changes nothing or is the same when done twice.
 */
export class RecoveringMcpClient implements McpClient {
  readonly #options: RecoveringMcpClientOptions;
  readonly #lifetime = new AbortController();
  /** Hang-ups that are under way. */
  readonly #leaving = new Set<Promise<void>>();
  /** Whether a tool may be called twice, as the server has said last. */
  readonly #repeatable = new Map<string, boolean>();
  #connection: Connection;
  #isStale = false;
  #reconnecting: Promise<Connection> | undefined;

  constructor(connection: Connection, options: RecoveringMcpClientOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  get serverInfo(): RemoteServerInfo | undefined {
    return this.#connection.serverInfo;
  }

  get era(): "legacy" | "modern" {
    return this.#connection.era;
  }

  get protocolVersion(): string {
    return this.#connection.protocolVersion;
  }

  get instructions(): string | undefined {
    return this.#connection.instructions;
  }

  get capabilities(): JsonObject {
    return this.#connection.capabilities;
  }

  async listTools(options: RequestOptions = {}): Promise<readonly RemoteTool[]> {
    const tools = await this.#read(options, (connection) => connection.listTools(options));
    this.#repeatable.clear();
    for (const { name, annotations } of tools) {
      const { readOnlyHint, idempotentHint } = annotations ?? {};
      this.#repeatable.set(name, readOnlyHint === true || idempotentHint === true);
    }
    return tools;
  }

  async callTool(
    name: string,
    args: JsonObject,
    options: CallToolOptions = {},
  ): Promise<RemoteToolResult> {
    const call = { toolName: name, options, clock: this.#options.clock };
    return await withProgressTimeout(call, async (limited) => {
      const { signal } = limited;
      return await this.#use((connection) => connection.callTool(name, args, limited), {
        signal,
        mayRepeat: async (error) =>
          hadNoEffect(error) || isPassing(error) && await this.#isRepeatable(name, signal),
      });
    });
  }

  async listResources(options: RequestOptions = {}): Promise<readonly RemoteResource[]> {
    return await this.#read(options, (connection) => connection.listResources(options));
  }

  async listResourceTemplates(
    options: RequestOptions = {},
  ): Promise<readonly RemoteResourceTemplate[]> {
    return await this.#read(options, (connection) => connection.listResourceTemplates(options));
  }

  async readResource(
    uri: string,
    options: RequestOptions = {},
  ): Promise<readonly RemoteResourceContent[]> {
    return await this.#read(options, (connection) => connection.readResource(uri, options));
  }

  async watchResource(uri: string, options: WatchRemoteResourceOptions): Promise<void> {
    const { onChange, signal } = options;
    let failures = 0;
    const tell = (): void => {
      failures = 0;
      onChange();
    };
    while (!signal.aborted) {
      let connection: Connection | undefined;
      try {
        connection = await this.#connected(signal);
        await connection.watchResource(uri, { onChange: tell, signal });
      } catch (error) {
        if (signal.aborted) return;
        this.#noteLoss(error, connection);
        if (!isPassing(error) || this.#lifetime.signal.aborted) throw error;
        failures++;
        await this.#pause(this.#delayMs(failures, error), signal).catch(() => {});
      }
    }
  }

  async listPrompts(options: RequestOptions = {}): Promise<readonly RemotePrompt[]> {
    return await this.#read(options, (connection) => connection.listPrompts(options));
  }

  async getPrompt(
    name: string,
    args: Readonly<Record<string, string>> = {},
    options: RequestOptions = {},
  ): Promise<RemotePromptResult> {
    return await this.#read(options, (connection) => connection.getPrompt(name, args, options));
  }

  async complete(
    request: RemoteCompletion,
    options: RequestOptions = {},
  ): Promise<readonly string[]> {
    return await this.#read(options, (connection) => connection.complete(request, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort(this.#closedError());
    await this.#reconnecting?.catch(() => {});
    this.#leave(this.#connection);
    await Promise.all(this.#leaving);
  }

  async #read<T>(
    { signal }: RequestOptions,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    return await this.#use(work, { signal, mayRepeat: isPassing });
  }

  async #use<T>(
    work: (connection: Connection) => Promise<T>,
    { signal, mayRepeat }: Repetition,
  ): Promise<T> {
    signal?.throwIfAborted();
    const { clock, recovery: { maxAttempts = 8, budgetMs = 30_000 } } = this.#options;
    const startedMs = clock.monotonicMs();
    for (let attempt = 1;; attempt++) {
      let connection: Connection | undefined;
      try {
        connection = await this.#connected(signal);
        return await work(connection);
      } catch (error) {
        signal?.throwIfAborted();
        this.#noteLoss(error, connection);
        const delayMs = this.#delayMs(attempt, error);
        const isOver = attempt >= maxAttempts || this.#lifetime.signal.aborted ||
          clock.monotonicMs() - startedMs + delayMs > budgetMs;
        const mayGoOn = connection === undefined ? isPassing : mayRepeat;
        if (isOver || !await mayGoOn(error)) throw error;
        await this.#pause(delayMs, signal);
      }
    }
  }

  async #connected(signal: AbortSignal | undefined): Promise<Connection> {
    if (this.#lifetime.signal.aborted) throw this.#closedError();
    if (!this.#isStale && !this.#connection.isClosed) return this.#connection;
    this.#reconnecting ??= this.#reconnect();
    return await abortable(this.#reconnecting, signal);
  }

  async #reconnect(): Promise<Connection> {
    try {
      this.#leave(this.#connection);
      this.#connection = await this.#options.connect(this.#lifetime.signal);
      this.#isStale = false;
      return this.#connection;
    } finally {
      this.#reconnecting = undefined;
    }
  }

  #noteLoss(error: unknown, connection: Connection | undefined): void {
    // What is said late about an older connection is no reason to give this one up.
    if (error instanceof SessionLostError && connection === this.#connection) this.#isStale = true;
  }

  #leave(connection: Connection): void {
    const leaving = hangUp(connection).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  async #isRepeatable(name: string, signal: AbortSignal | undefined): Promise<boolean> {
    // Only now does it matter, so that most clients never ask.
    if (!this.#repeatable.has(name)) await this.listTools({ signal }).catch(() => {});
    return this.#repeatable.get(name) ?? false;
  }

  #delayMs(attempt: number, error: unknown): number {
    const wantedMs = error instanceof ServerUnavailableError ? error.retryAfterMs ?? 0 : 0;
    return Math.max(wantedMs, exponentialBackoffMs(attempt, this.#options.recovery));
  }

  async #pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const lifetime = this.#lifetime.signal;
    const signals = signal === undefined ? lifetime : AbortSignal.any([signal, lifetime]);
    await this.#options.clock.sleep(delayMs, { signal: signals });
  }

  #closedError(): ConnectionLostError {
    return new ConnectionLostError(this.#options.server, undefined, false);
  }
}

/** There is nobody left to tell that saying goodbye has failed. */
async function hangUp(connection: Connection): Promise<void> {
  await connection[Symbol.asyncDispose]().then(() => {}, () => {});
}
