import type { JsonObject } from "../../codec/mod.ts";
import { MerkleClock } from "../../scheduling/mod.ts";

const NODE_ID = "taskqueue-service";
const MAX_ENTRIES = 1_024;
/** A counter further ahead than this was not counted. */
const MAX_STEP = 2n ** 32n;
const MAX_NODE_ID_LENGTH = 256;

/**
 * The clock that peers are shown. It takes over what their clocks say, within bounds, and computes
 * its root itself. Nothing depends on it.
 */
export class ShownClock {
  readonly #clock = new MerkleClock(NODE_ID, { maxEntries: MAX_ENTRIES });

  /** Take over what a peer's clock says. What is no clock, or breaks a bound, is left out. */
  merge(value: JsonObject): void {
    const theirs = MerkleClock.fromJson(value, { maxEntries: MAX_ENTRIES });
    if (theirs === undefined) return;
    const sane = [...theirs.vector].filter(([nodeId, counter]) =>
      nodeId.length <= MAX_NODE_ID_LENGTH &&
      counter <= (this.#clock.vector.get(nodeId) ?? 0n) + MAX_STEP
    );
    this.#clock.update(new MerkleClock("", { vector: sane }));
  }

  /** As peers exchange it: `node_id`, `vector` and `merkle_root`. */
  toJson(): JsonObject {
    return this.#clock.toJson();
  }
}
