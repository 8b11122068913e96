import type { Connection, Stream, StreamMuxer, StreamMuxerFactory } from "@libp2p/interface";
import { type Clock, RateLimit } from "../../../concurrency/mod.ts";

/** A peer finds out by one stream that a protocol is not served here, and remembers it. */
const FAILURES_PER_SECOND = 5;
const FAILURE_BURST = 100;

/** Makes the muxers of a node, as libp2p wants it. */
export type MuxerProvider<Components> = (components: Components) => StreamMuxerFactory;

/** What a {@linkcode StreamWatch} works with. */
export interface StreamWatchOptions {
  /** Told of a peer that opens many streams and agrees on a protocol with none. */
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
}

/**
 * Watches streams that never get as far as a protocol: nothing else counts them, and each one costs
 * this node a negotiation.
 */
export class StreamWatch {
  readonly #options: StreamWatchOptions;
  readonly #failures: RateLimit;
  // A connection and its muxer share their list of streams: that is how they are found to belong together.
  readonly #muxers = new WeakMap<readonly Stream[], StreamMuxer>();

  constructor(options: StreamWatchOptions) {
    const { clock } = options;
    this.#options = options;
    this.#failures = new RateLimit({
      burst: FAILURE_BURST,
      perSecond: FAILURES_PER_SECOND,
      clock,
    });
  }

  /** Remember the muxers that are made. */
  remember<Components>(provide: MuxerProvider<Components>): MuxerProvider<Components> {
    return (components) => {
      const factory = provide(components);
      const createStreamMuxer: StreamMuxerFactory["createStreamMuxer"] = (connection) => {
        const muxer = factory.createStreamMuxer(connection);
        this.#muxers.set(muxer.streams, muxer);
        return muxer;
      };
      return Object.assign(Object.create(factory), { createStreamMuxer });
    };
  }

  /** Watch the streams that the other side opens on a connection which has just been made. */
  watch(connection: Pick<Connection, "remotePeer" | "streams">): void {
    const peerId = connection.remotePeer.toString();
    this.#muxers.get(connection.streams)?.addEventListener("stream", ({ detail: stream }) => {
      stream.addEventListener("close", () => {
        if (stream.protocol === "" && !this.#failures.trySpend(peerId)) {
          this.#options.onFlood(peerId);
        }
      }, { once: true });
    });
  }
}
