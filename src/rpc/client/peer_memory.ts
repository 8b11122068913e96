import type { Clock } from "../../concurrency/mod.ts";
import type { RpcClientLimits } from "./client_limits.ts";

/** Which peers want `initialize` before the first call, for a while. */
export class PeerMemory {
  readonly #limits: RpcClientLimits;
  readonly #clock: Clock;
  /** Until when, in the order of being noted. */
  readonly #untilMs = new Map<string, number>();

  constructor(limits: RpcClientLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Notes that a peer does. */
  noteInitRequired(peer: string): void {
    this.#untilMs.delete(peer);
    this.#untilMs.set(peer, this.#clock.monotonicMs() + this.#limits.rememberMs);
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= this.#limits.maxRemembered) break;
      this.#untilMs.delete(oldest);
    }
  }

  /** Whether a peer does. */
  isInitRequired(peer: string): boolean {
    const untilMs = this.#untilMs.get(peer);
    if (untilMs === undefined) return false;
    if (this.#clock.monotonicMs() < untilMs) return true;
    this.#untilMs.delete(peer);
    return false;
  }
}
