import type { MultiaddrConnection } from "@libp2p/interface";
import { type Clock, RateLimit } from "../../../concurrency/mod.ts";

const MAX_BYTES_PER_SECOND = 16 * 1024 * 1024;
const BURST_BYTES = 2 * MAX_BYTES_PER_SECOND;
/** Shorter pauses cost more than they save. */
const SHORTEST_PAUSE_MS = 50;

/** What a {@linkcode BandwidthLimit} works with. */
export interface BandwidthLimitOptions {
  readonly isTrusted: (peerId: string) => boolean;
  readonly clock: Clock;
}

/**
 * How fast peers that are not trusted may send, on all their connections together. Who is too fast is not
 * read from for a moment.
 */
export class BandwidthLimit {
  readonly #options: BandwidthLimitOptions;
  readonly #rate: RateLimit;

  constructor(options: BandwidthLimitOptions) {
    const { clock } = options;
    this.#options = options;
    this.#rate = new RateLimit({ burst: BURST_BYTES, perSecond: MAX_BYTES_PER_SECOND, clock });
  }

  /** Hold a new connection to the limit of its peer. */
  watch(peerId: string, connection: Pausable): void {
    const { isTrusted, clock } = this.#options;
    let timer: Disposable | undefined;
    const resume = (): void => {
      timer = undefined;
      if (connection.status === "open") connection.resume();
    };
    connection.addEventListener("message", ({ data }) => {
      if (isTrusted(peerId)) return;
      const pauseMs = this.#rate.spend(peerId, data.byteLength);
      const mustWait = pauseMs >= SHORTEST_PAUSE_MS && timer === undefined;
      if (!mustWait || connection.status !== "open") return;
      connection.pause();
      timer = clock.setTimer(pauseMs, resume);
    });
    connection.addEventListener("close", () => timer?.[Symbol.dispose](), { once: true });
  }
}

/** What is needed of a connection, below its encryption. */
export type Pausable = Pick<
  MultiaddrConnection,
  "addEventListener" | "pause" | "resume" | "status"
>;
