import type { Client, McpSubscription } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../codec/mod.ts";
import { abortable, type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import { ConnectionLostError, NotSupportedError } from "./errors.ts";
import type { WatchRemoteResourceOptions } from "./mcp_client.ts";

/** What a {@linkcode ResourceWatcher} needs to know of a connection. */
export interface ResourceWatcherOptions {
  /** For error messages. */
  readonly server: string;
  /** What the server can do. */
  readonly capabilities: JsonObject;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  /** Whose time it is. */
  readonly clock: Clock;
}

/** How long a server may take to end a subscription. */
const UNSUBSCRIBE_TIMEOUT_MS = 2_000;

/** The watched resources of one connection. */
export class ResourceWatcher {
  readonly #client: Client;
  readonly #options: ResourceWatcherOptions;
  /** Whom to tell, by URI. */
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(client: Client, options: ResourceWatcherOptions) {
    this.#client = client;
    this.#options = options;
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      for (const tell of this.#listeners.get(params.uri) ?? []) tell();
    });
  }

  /**
   * Tell of each change until the signal aborts.
   *
   * @param uri Which resource.
   * @param options Whom to tell, and until when.
   * @throws {NotSupportedError} If the server's resources cannot be watched.
   * @throws {ConnectionLostError} If the connection ends.
   * @throws {unknown} The signal's reason, in the end.
   */
  async watch(uri: string, { onChange, signal }: WatchRemoteResourceOptions): Promise<never> {
    const { capabilities, server } = this.#options;
    const resources = capabilities["resources"] as JsonObject | undefined;
    if (resources?.["subscribe"] !== true) throw new NotSupportedError(server, "watch resources");
    const isModern = this.#client.getProtocolEra() === "modern";
    // Before the server is asked: news may come with its answer.
    using _ = this.#listen(uri, onChange);
    const options = { onChange, signal };
    return isModern ? await this.#watchModern(uri, options) : await this.#watchLegacy(uri, options);
  }

  async #watchModern(uri: string, options: WatchRemoteResourceOptions): Promise<never> {
    const { onChange, signal } = options;
    const subscription = await this.#client.listen({ resourceSubscriptions: [uri] }, { signal });
    try {
      if (!isHonoured(subscription, uri)) {
        throw new NotSupportedError(this.#options.server, `watch the resource "${uri}"`);
      }
      onChange();
      return await this.#untilLost(subscription.closed, signal);
    } finally {
      await subscription.close();
    }
  }

  async #watchLegacy(uri: string, options: WatchRemoteResourceOptions): Promise<never> {
    const { onChange, signal } = options;
    await this.#client.subscribeResource({ uri }, { signal });
    onChange();
    try {
      return await this.#untilLost(this.#options.closed, signal);
    } finally {
      // Others of this connection may go on. If the connection is lost, so is the subscription.
      if (this.#listeners.get(uri)?.size === 1 && signal.aborted) await this.#unsubscribe(uri);
    }
  }

  /** Whoever has stopped to watch does not wait long for a server to take note of it. */
  async #unsubscribe(uri: string): Promise<void> {
    await moveOnAfter(
      UNSUBSCRIBE_TIMEOUT_MS,
      (signal) => this.#client.unsubscribeResource({ uri }, { signal }).catch(() => {}),
      { clock: this.#options.clock },
    );
  }

  /** Throws in any case: the signal's reason, or that the connection is lost. */
  async #untilLost(ended: Promise<unknown>, signal: AbortSignal): Promise<never> {
    await abortable(Promise.race([ended, this.#options.closed]), signal);
    throw new ConnectionLostError(this.#options.server);
  }

  #listen(uri: string, tell: () => void): Disposable {
    const listeners = this.#listeners.get(uri) ?? new Set();
    // Two watchers may share a function.
    const listener = (): void => tell();
    this.#listeners.set(uri, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(uri);
      },
    };
  }
}

function isHonoured({ honoredFilter }: McpSubscription, uri: string): boolean {
  return honoredFilter.resourceSubscriptions?.includes(uri) ?? false;
}
