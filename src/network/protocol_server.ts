import { toError } from "../error/mod.ts";
import { type Clock, isCancellation, RateLimit, type TaskGroup } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { StreamResetError } from "./errors.ts";
import type { HandleOptions, Stream, StreamHandler } from "./network.ts";
import type { PeerConduct } from "./conduct/peer_conduct.ts";

/** Streams of one protocol that one peer may have open, unless the server says otherwise. */
const DEFAULT_MAX_STREAMS_PER_PEER = 64;
const DEFAULT_MAX_STREAMS_PER_SECOND = 100;
/** Seconds for which a peer may save up streams. */
const BURST_SECONDS = 10;

/** What a {@linkcode ProtocolServer} serves, and how. */
export interface ProtocolServerOptions extends HandleOptions {
  readonly group: TaskGroup;
  readonly protocol: string;
  readonly handler: StreamHandler;
  readonly conduct: Pick<PeerConduct, "isTrusted" | "refuse">;
  /** Told of a peer that opens more streams than it may have. */
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/** Runs a handler for each inbound stream of a protocol, as a child of a task group. */
export class ProtocolServer {
  readonly #options: ProtocolServerOptions;
  readonly #maxStreamsPerPeer: number;
  readonly #streamsByPeer = new Map<string, number>();
  readonly #pace: RateLimit;

  constructor(options: ProtocolServerOptions) {
    const { clock, maxStreamsPerSecond = DEFAULT_MAX_STREAMS_PER_SECOND } = options;
    this.#options = options;
    this.#maxStreamsPerPeer = options.maxStreamsPerPeer ?? DEFAULT_MAX_STREAMS_PER_PEER;
    const burst = BURST_SECONDS * maxStreamsPerSecond;
    this.#pace = new RateLimit({ burst, perSecond: maxStreamsPerSecond, clock });
  }

  /** Serve a stream, or reset it if its peer has too many open or the group is being cancelled. */
  accept(stream: Stream): void {
    const { group, protocol, conduct } = this.#options;
    const peerId = stream.remotePeerId;
    if (group.signal.aborted) return stream.abort(group.signal.reason);
    const openStreams = this.#streamsByPeer.get(peerId) ?? 0;
    if (openStreams >= this.#maxStreamsPerPeer) return this.#refuse(stream);
    this.#streamsByPeer.set(peerId, openStreams + 1);
    // Who is too fast is slowed down by its own streams that wait: that is not worth a refusal.
    const pauseMs = conduct.isTrusted(peerId) ? 0 : this.#pace.spend(peerId);
    group.spawn(`${protocol} for ${peerId}`, (signal) => this.#serve(stream, pauseMs, signal));
  }

  #refuse(stream: Stream): void {
    const { protocol, conduct, onFlood } = this.#options;
    const peerId = stream.remotePeerId;
    stream.abort(new Error("Too many streams are open"));
    conduct.refuse({ peerId, reason: "too_many_streams", subject: protocol });
    onFlood(peerId);
  }

  async #serve(stream: Stream, pauseMs: number, signal: AbortSignal): Promise<void> {
    // A handler that waits without looking at the signal is woken by the end of its stream.
    const onAbort = (): void => stream.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (pauseMs > 0) await this.#options.clock.sleep(pauseMs, { signal });
      await this.#options.handler(stream, signal);
      await stream.close({ signal });
    } catch (error) {
      stream.abort(toError(error));
      this.#log(stream, error, signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#release(stream.remotePeerId);
    }
  }

  #log(stream: Stream, error: unknown, signal: AbortSignal): void {
    const { logger, protocol } = this.#options;
    const fields = { protocol, peerId: stream.remotePeerId, error };
    // Peers come and go: only a failure of the handler itself deserves attention.
    if (error instanceof StreamResetError || isCancellation(error, signal)) {
      logger?.debug("Inbound stream ended early", fields);
    } else {
      logger?.warn("Stream handler failed", fields);
    }
  }

  #release(peerId: string): void {
    const openStreams = (this.#streamsByPeer.get(peerId) ?? 1) - 1;
    if (openStreams === 0) this.#streamsByPeer.delete(peerId);
    else this.#streamsByPeer.set(peerId, openStreams);
  }
}
