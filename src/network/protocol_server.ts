import { isCancellation, type TaskGroup } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { StreamResetError } from "./errors.ts";
import type { Stream, StreamHandler } from "./network.ts";

/** Streams of one protocol that one peer may have open, unless the server says otherwise. */
export const DEFAULT_MAX_STREAMS_PER_PEER = 64;

/** What a {@linkcode ProtocolServer} serves, and how. */
export interface ProtocolServerOptions {
  readonly group: TaskGroup;
  readonly protocol: string;
  readonly handler: StreamHandler;
  readonly maxStreamsPerPeer: number;
  readonly logger: Logger | undefined;
}

/** Runs a handler for each inbound stream of a protocol, as a child of a task group. */
export class ProtocolServer {
  readonly #options: ProtocolServerOptions;
  readonly #streamsByPeer = new Map<string, number>();

  constructor(options: ProtocolServerOptions) {
    this.#options = options;
  }

  /** Serve a stream, or reset it if its peer has too many open or the group is being cancelled. */
  accept(stream: Stream): void {
    const { group, protocol, maxStreamsPerPeer, logger } = this.#options;
    const peerId = stream.remotePeerId;
    if (group.signal.aborted) return stream.abort(group.signal.reason);
    const openStreams = this.#streamsByPeer.get(peerId) ?? 0;
    if (openStreams >= maxStreamsPerPeer) {
      logger?.debug("Inbound stream refused", { protocol, peerId, openStreams });
      return stream.abort(new Error("Too many streams are open"));
    }
    this.#streamsByPeer.set(peerId, openStreams + 1);
    group.spawn(`${protocol} for ${peerId}`, (signal) => this.#serve(stream, signal));
  }

  async #serve(stream: Stream, signal: AbortSignal): Promise<void> {
    // A handler that waits without looking at the signal is woken by the end of its stream.
    const onAbort = (): void => stream.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await this.#options.handler(stream, signal);
      await stream.close({ signal });
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)));
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
