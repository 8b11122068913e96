import { runTaskGroup, type TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { ResourceTable } from "../../resource_table.ts";
import type { McpEvents } from "./mcp_service.ts";

/** Each costs its client an open stream, and the server little more. */
const MAX_SUBSCRIPTIONS = 1024;

/** Resources that are watched at a time: each keeps a task running, and a client can name any. */
const MAX_WATCHES = 10_000;

/** Something that clients may want to hear of. */
export type Change =
  | { readonly kind: "tools" | "prompts" | "resources" }
  | { readonly kind: "resource"; readonly uri: string };

/** Somebody who wants to hear of changes. */
export interface ChangeListener {
  /** Called with every change; what does not concern it, it ignores. */
  onChange(change: Change): void;
  /** Called when there will be no more, for those that wait for it. */
  onEnd?(): void;
}

/** What a {@linkcode ChangeHub} needs. */
export interface ChangeHubOptions {
  /** Whose changes resources are watched for. */
  readonly resources: ResourceTable;
  /** Told when a watch fails. */
  readonly logger: Logger;
}

/** Brings changes to whoever listens. Each resource is watched once, however many want to know. */
export class ChangeHub implements McpEvents {
  readonly #group: TaskGroup;
  readonly #options: ChangeHubOptions;
  readonly #listeners = new Set<ChangeListener>();
  readonly #watches = new Map<string, Watch>();
  #isEnded = false;
  #subscriptions = 0;

  /**
   * @param group Owns the watches.
   * @param options What is watched.
   */
  constructor(group: TaskGroup, options: ChangeHubOptions) {
    this.#group = group;
    this.#options = options;
  }

  /** Whether {@linkcode end} was called. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Tell those who wait for the end. */
  end(): void {
    this.#isEnded = true;
    for (const listener of [...this.#listeners]) listener.onEnd?.();
  }

  /** Whether there are as many who wait for the end as there may be. */
  get isFull(): boolean {
    return this.#subscriptions >= MAX_SUBSCRIPTIONS;
  }

  /** As {@linkcode listen}, and waits for the end: see {@linkcode isFull}. */
  subscribe(listener: ChangeListener): Disposable {
    const listening = this.listen(listener);
    this.#subscriptions++;
    return {
      [Symbol.dispose]: () => {
        this.#subscriptions--;
        listening[Symbol.dispose]();
      },
    };
  }

  /** Hear of every change until the result is disposed. */
  listen(listener: ChangeListener): Disposable {
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
      },
    };
  }

  /**
   * See to it that changes of a resource are noticed, until the result is disposed.
   *
   * @param uri Which one.
   * @returns The watch; `undefined` if as many resources are watched as may be.
   */
  tryWatch(uri: string): Disposable | undefined {
    const known = this.#watches.get(uri);
    if (known === undefined && this.#watches.size >= MAX_WATCHES) return undefined;
    const watch = known ?? this.#startWatch(uri);
    watch.users++;
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        if (--watch.users > 0) return;
        this.#forget(uri, watch);
        watch.end?.();
      },
    };
  }

  toolsChanged(): void {
    this.#publish({ kind: "tools" });
  }

  promptsChanged(): void {
    this.#publish({ kind: "prompts" });
  }

  resourcesChanged(): void {
    this.#publish({ kind: "resources" });
  }

  resourceUpdated(uri: string): void {
    this.#publish({ kind: "resource", uri });
  }

  #publish(change: Change): void {
    for (const listener of this.#listeners) listener.onChange(change);
  }

  #startWatch(uri: string): Watch {
    const watch: Watch = { users: 0, end: undefined };
    this.#watches.set(uri, watch);
    try {
      this.#group.spawn("watch resource", (stopping) => this.#runWatch(uri, watch, stopping));
    } catch {
      // Only a group that is over refuses a child, and then nobody listens any more.
      this.#forget(uri, watch);
    }
    return watch;
  }

  #forget(uri: string, watch: Watch): void {
    if (this.#watches.get(uri) === watch) this.#watches.delete(uri);
  }

  async #runWatch(uri: string, watch: Watch, stopping: AbortSignal): Promise<void> {
    if (watch.users === 0) return;
    try {
      await runTaskGroup(async (group, signal) => {
        watch.end = () => group.cancel("nobody listens");
        const onChange = (): void => this.resourceUpdated(uri);
        await this.#options.resources.watch(uri, { onChange, signal });
      }, { name: "watch resource", signal: stopping });
    } catch (error) {
      if (stopping.aborted || watch.users === 0) return;
      this.#options.logger.warn("Resource can no longer be watched", { uri, error });
    } finally {
      // Whoever asks for the resource next has it watched anew.
      this.#forget(uri, watch);
    }
  }
}

/** How many want to hear of a resource, and what ends the watching once it has begun. */
interface Watch {
  users: number;
  end: (() => void) | undefined;
}
