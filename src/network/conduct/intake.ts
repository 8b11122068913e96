import { TooMuchUnfinishedError } from "./errors.ts";

const MAX_BYTES_PER_PEER = 16 * 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;
/** Requests as small as this are taken also while many large ones are under way. */
const ALWAYS_TAKEN_BYTES = 64 * 1024;

/** How much may be held of messages that have begun. */
export interface IntakeLimits {
  /** Of one peer, on all its streams. @default {16777216} */
  readonly maxBytesPerPeer: number;
  /** Of all peers. @default {268435456} */
  readonly maxBytes: number;
}

/**
 * What a server holds of messages that have begun and not ended. One message has a limit of its own, but
 * peers may begin many, on many streams.
 */
export class Intake {
  readonly #limits: IntakeLimits;
  readonly #bytesByPeer = new Map<string, number>();
  #bytes = 0;

  /**
   * Starts with nothing.
   *
   * @param limits Other limits than the usual ones.
   */
  constructor(limits: Partial<IntakeLimits> = {}) {
    const { maxBytesPerPeer = MAX_BYTES_PER_PEER, maxBytes = MAX_BYTES } = limits;
    this.#limits = { maxBytesPerPeer, maxBytes };
  }

  /** How many bytes are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The part of a new stream.
   *
   * @param peerId Whose stream it is.
   * @returns Is to be told of what is held, and to be disposed of with the stream.
   */
  open(peerId: string): IntakeShare {
    return new IntakeShare((bytes, ofStream) => this.#add(peerId, bytes, ofStream));
  }

  #add(peerId: string, bytes: number, ofStream: number): void {
    const ofPeer = (this.#bytesByPeer.get(peerId) ?? 0) + bytes;
    this.#bytes += bytes;
    if (ofPeer === 0) this.#bytesByPeer.delete(peerId);
    else this.#bytesByPeer.set(peerId, ofPeer);
    if (bytes <= 0) return;
    const { maxBytesPerPeer, maxBytes } = this.#limits;
    const isFull = ofStream > ALWAYS_TAKEN_BYTES && this.#bytes > maxBytes;
    if (isFull || ofPeer > maxBytesPerPeer) throw new TooMuchUnfinishedError(peerId);
  }
}

/** What is held of the message that has begun on one stream. */
export class IntakeShare implements Disposable {
  readonly #add: (bytes: number, ofStream: number) => void;
  #bytes = 0;

  /**
   * Starts with nothing.
   *
   * @param add Counts bytes for the peer and for all.
   */
  constructor(add: (bytes: number, ofStream: number) => void) {
    this.#add = add;
  }

  /**
   * Bytes have come, or were handed on.
   *
   * @param bytes How many; negative for those that were handed on.
   * @throws {TooMuchUnfinishedError} If that is more than may be held.
   */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#add(bytes, this.#bytes);
  }

  /** Gives back what is still held. */
  [Symbol.dispose](): void {
    this.add(-this.#bytes);
  }
}
