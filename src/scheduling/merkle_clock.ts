import type { JsonObject } from "../codec/mod.ts";
import { parseClockJson } from "./clock_json.ts";
import { merkleRoot } from "./merkle_root.ts";

const DEFAULT_MAX_ENTRIES = 4_096;

/** How a {@linkcode MerkleClock} starts, and what it takes in. */
export interface MerkleClockOptions {
  /**
   * Node ids with their counters.
   *
   * @default none
   */
  readonly vector?: Iterable<readonly [string, bigint]> | undefined;
  /**
   * A root to show until the next tick, whatever the vector is.
   *
   * @default that of the vector
   */
  readonly root?: string | undefined;
  /**
   * How many nodes the vector may list; further ones are not taken over from other clocks.
   *
   * @default 4096
   */
  readonly maxEntries?: number | undefined;
  /**
   * The largest counter to take over from another clock; entries above it are ignored.
   *
   * @default unlimited, as in Python
   */
  readonly maxCounter?: bigint | undefined;
}

/** How {@linkcode MerkleClock.fromJson} reads a clock. */
export interface ClockFromJsonOptions {
  /**
   * Keep a `merkle_root` that comes with the clock until the next tick, as Python does. Anybody can
   * write any root next to any vector.
   *
   * @default false: the root is always that of the vector
   */
  readonly keepRoot?: boolean | undefined;
  /**
   * How many nodes the vector may list; a clock with more is refused.
   *
   * @default 4096
   */
  readonly maxEntries?: number | undefined;
  /**
   * The largest counter; a clock with a larger one is refused.
   *
   * @default unlimited, as in Python
   */
  readonly maxCounter?: bigint | undefined;
}

/**
 * A vector clock with a hash over its entries, as the task queue of Python peers keeps it.
 *
 * A clock without a node id has no counter of its own and never ticks, so its root stays what it
 * was when it was first asked for.
 *
 * @example Two services
 * ```ts
 * import { MerkleClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const ours = new MerkleClock("ours");
 * const theirs = MerkleClock.fromJson({ node_id: "theirs", vector: { theirs: "3" } });
 * assert.ok(theirs !== undefined);
 * ours.update(theirs);
 * assert.deepEqual([...ours.vector], [["ours", 1n], ["theirs", 3n]]);
 * ```
 */
export class MerkleClock {
  /** The node whose counter {@linkcode tick} raises; may be empty. */
  readonly nodeId: string;
  readonly #vector: Map<string, bigint>;
  readonly #maxEntries: number;
  readonly #maxCounter: bigint | undefined;
  #root: string | undefined;

  /**
   * Start a clock. The node's own counter is added with 0 if the vector lacks it.
   *
   * @param nodeId The node; may be empty.
   * @param options The start, and bounds.
   * @throws {RangeError} If `maxEntries` is no positive integer, or the vector has more entries.
   */
  constructor(nodeId: string, options: MerkleClockOptions = {}) {
    const { vector = [], root, maxEntries = DEFAULT_MAX_ENTRIES, maxCounter } = options;
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw new RangeError(`Cannot create clock as maxEntries is not positive: "${maxEntries}"`);
    }
    this.nodeId = nodeId;
    this.#vector = new Map(vector);
    if (nodeId !== "" && !this.#vector.has(nodeId)) this.#vector.set(nodeId, 0n);
    if (this.#vector.size > maxEntries) {
      throw new RangeError(
        `Cannot create clock as it has too many entries: "${this.#vector.size}"`,
      );
    }
    this.#root = root || undefined;
    this.#maxEntries = maxEntries;
    this.#maxCounter = maxCounter;
  }

  /**
   * Read a clock that somebody sent, as Python reads it: counters may be text, fractions or
   * booleans; a vector that is not an object counts as empty; entries with an empty id are dropped.
   *
   * Numbers beyond 2^53 have lost digits if `JSON.parse` read them; `bigint` and text have not.
   *
   * @param value The parsed JSON.
   * @param options Bounds, and whether to trust the root.
   * @returns The clock; `undefined` if it is none, or breaks a bound.
   */
  static fromJson(value: unknown, options: ClockFromJsonOptions = {}): MerkleClock | undefined {
    const { keepRoot = false, maxEntries = DEFAULT_MAX_ENTRIES, maxCounter } = options;
    const parsed = parseClockJson(value, { maxEntries, maxCounter });
    if (parsed === undefined) return undefined;
    const { nodeId, vector, root } = parsed;
    return new MerkleClock(nodeId, {
      vector,
      root: keepRoot ? root : undefined,
      maxEntries,
      maxCounter,
    });
  }

  /** Node ids with their counters, in the order in which they came; a live view. */
  get vector(): ReadonlyMap<string, bigint> {
    return this.#vector;
  }

  /** The root: 64 lower-case hexadecimal digits, save for one that was supplied. */
  get root(): string {
    this.#root ??= merkleRoot(this.#vector);
    return this.#root;
  }

  /** Count one event of the own node. */
  tick(): void {
    if (this.nodeId === "") return;
    this.#vector.set(this.nodeId, (this.#vector.get(this.nodeId) ?? 0n) + 1n);
    this.#root = undefined;
  }

  /**
   * Take over what another clock knows, the larger counter of each node, and tick. A node that was
   * unknown starts at 0, so a negative counter becomes 0.
   *
   * @param other The other clock.
   */
  update(other: MerkleClock): void {
    for (const [nodeId, theirs] of other.vector) {
      if (this.#maxCounter !== undefined && theirs > this.#maxCounter) continue;
      const ours = this.#vector.get(nodeId);
      if (ours === undefined && this.#vector.size >= this.#maxEntries) continue;
      this.#vector.set(nodeId, theirs > (ours ?? 0n) ? theirs : ours ?? 0n);
    }
    this.tick();
  }

  /**
   * The clock as peers exchange it. Counters beyond 2^53 are decimal text, which Python reads as
   * what it is.
   *
   * @returns `node_id`, `vector` and `merkle_root`.
   */
  toJson(): JsonObject {
    const vector = [...this.#vector].map(([nodeId, counter]) => {
      const number = Number(counter);
      return [nodeId, Number.isSafeInteger(number) ? number : String(counter)] as const;
    });
    return {
      "node_id": this.nodeId,
      "vector": Object.fromEntries(vector),
      "merkle_root": this.root,
    };
  }
}
