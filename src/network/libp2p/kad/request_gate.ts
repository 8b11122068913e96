import type { Connection, Stream } from "@libp2p/interface";
import { type Clock, RateLimit } from "../../../concurrency/mod.ts";
import { MessageCounter } from "./message_counter.ts";

/** A record with its envelope and its key, some times over. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** A node that looks for peers asks a neighbour for some hundred records, and then not for long. */
const BURST = 400;
const QUESTIONS_PER_SECOND = 20;

/** What a {@linkcode RequestGate} works with. */
export interface RequestGateOptions {
  /** Told of a peer that asks more than it may. */
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
}

/**
 * Lets the questions of others in, as many as an honest node asks. Those that have come are answered
 * in one go, with nothing else in between.
 */
export class RequestGate {
  readonly #pace: RateLimit;
  readonly #onFlood: (peerId: string) => void;

  constructor({ onFlood, clock }: RequestGateOptions) {
    this.#onFlood = onFlood;
    this.#pace = new RateLimit({ burst: BURST, perSecond: QUESTIONS_PER_SECOND, clock });
  }

  /** Whether a stream may be served; if not, it is ended, as it is when too much is asked on it. */
  admit(stream: Stream, { remotePeer }: Connection): boolean {
    const peerId = remotePeer.toString();
    const endIfTooMany = (questions: number): boolean => {
      if (questions === 0 || this.#pace.trySpend(peerId, questions)) return true;
      stream.abort(new Error("The peer asks too often"));
      this.#onFlood(peerId);
      return false;
    };
    // The stream itself costs as much as a question, so the first one on it is free.
    if (!endIfTooMany(1)) return false;
    limitBytes(stream, MAX_REQUEST_BYTES);
    const counter = new MessageCounter();
    let free = 1;
    stream.addEventListener("message", (event) => {
      const begun = counter.count(event.data.subarray());
      const paid = Math.max(0, begun - free);
      free = Math.max(0, free - begun);
      // Whoever reads the stream would answer what it has got.
      if (!endIfTooMany(paid)) event.stopImmediatePropagation();
    });
    return true;
  }
}

/**
 * End a stream on which more comes than there may be. To be called before anybody reads from it in
 * the same turn.
 */
export function limitBytes(stream: Stream, maxBytes: number): void {
  let received = 0;
  stream.addEventListener("message", ({ data }) => {
    received += data.byteLength;
    if (received > maxBytes) stream.abort(new Error("The peer sends too much"));
  });
}
