import type { Clock } from "../../concurrency/mod.ts";
import { systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Network } from "../network.ts";
import type { ConnectionPolicy } from "../conduct/connection_policy.ts";
import type { Refusal } from "../conduct/refusal.ts";
import { MemoryNetwork } from "./memory_network.ts";

/** How others can reach a node: it answers, it refuses, or it never answers. */
export type MemoryReachability = "reachable" | "unreachable" | "stalled";

/** A node of an in-memory network. */
export interface MemoryNodeOptions {
  /** The node's id. Any text without `/`. */
  readonly peerId: string;
  /** Where failures of handlers are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
  /** Who may be connected at all. @default {undefined} everybody who is not banned */
  readonly policy?: ConnectionPolicy | undefined;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
}

/** What all nodes of an in-memory network share. */
export interface MemoryHubOptions {
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * A network inside the process, for tests: it has the semantics of the real one, without sockets.
 *
 * Every node discovers every other one at once, and has the address `/memory/ID/p2p/ID`.
 *
 * @example Two nodes
 * ```ts
 * import { MemoryHub } from "./mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const hub = new MemoryHub();
 * await using alice = hub.open({ peerId: "alice" });
 * await using bob = hub.open({ peerId: "bob" });
 * await runTaskGroup(async (group) => {
 *   await bob.handle(group, "/greet/1", async (stream) => {
 *     await stream.write(new TextEncoder().encode(`hello ${stream.remotePeerId}`));
 *   });
 *   const stream = await alice.openStream({ peerId: "bob" }, "/greet/1");
 *   const greeting = await stream.read();
 *   assert.equal(new TextDecoder().decode(greeting ?? undefined), "hello alice");
 *   await stream.close();
 *   group.cancel();
 * });
 * ```
 */
export class MemoryHub {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, MemoryNetwork>();
  readonly #reachability = new Map<string, MemoryReachability>();

  /**
   * Starts with no node.
   *
   * @param options The clock.
   */
  constructor(options: MemoryHubOptions = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Adds a node.
   *
   * @param options Its id.
   * @returns The node. Dispose it to remove it.
   * @throws {TypeError} If there is a node with this id.
   */
  open(options: MemoryNodeOptions): Network {
    const { peerId } = options;
    if (this.#nodes.has(peerId)) {
      throw new TypeError(`Cannot open node as its id is taken: node "${peerId}"`);
    }
    const node = new MemoryNetwork({
      peerId,
      logger: options.logger,
      policy: options.policy,
      onRefusal: options.onRefusal,
      clock: this.#clock,
      findNode: (id) => this.#nodes.get(id),
      listNodes: () => [...this.#nodes.values()],
      reachabilityOf: (id) => this.#reachability.get(id) ?? "reachable",
      onClosed: () => this.#nodes.delete(peerId),
    });
    this.#nodes.set(peerId, node);
    return node;
  }

  /**
   * Changes how a node can be reached by streams opened from now on.
   *
   * @param peerId The node.
   * @param reachability How it is to behave.
   */
  setReachability(peerId: string, reachability: MemoryReachability): void {
    this.#reachability.set(peerId, reachability);
  }
}
