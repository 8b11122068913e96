import type { Stream as RawStream, StreamCloseEvent, StreamMessageEvent } from "@libp2p/interface";
import { abortable, type Clock } from "../../concurrency/mod.ts";
import { DuplexStream, type StreamLink } from "../duplex_stream.ts";

/** Bytes that may wait in libp2p's own queue before writers have to wait. */
const MAX_QUEUED_BYTES = 256 * 1024;

/** What a stream is given besides the one of libp2p. */
export interface RawStreamOptions {
  readonly remotePeerId: string;
  readonly clock: Clock;
  /** Whether there is a better way to the peer by now. @default {never} */
  readonly isOutdated?: (() => boolean) | undefined;
  /** Holds the stream for as long as it is not finished. */
  readonly openStreams: Set<DuplexStream>;
}

/**
 * Make a stream of ours from one of libp2p's. Must be called in the very turn in which libp2p
 * hands the stream out, so that nothing is missed.
 */
export function fromRawStream(raw: RawStream, options: RawStreamOptions): DuplexStream {
  const { remotePeerId, clock, isOutdated, openStreams } = options;
  const stream: DuplexStream = new DuplexStream(new Libp2pLink(raw), {
    protocol: raw.protocol,
    remotePeerId,
    clock,
    isOutdated,
    onFinished: () => openStreams.delete(stream),
  });
  openStreams.add(stream);
  listen(raw, stream);
  return stream;
}

class Libp2pLink implements StreamLink {
  readonly #raw: RawStream;
  #isResuming = false;
  #isPauseWanted = false;

  constructor(raw: RawStream) {
    this.#raw = raw;
  }

  whenWritable(signal: AbortSignal | undefined): Promise<void> | undefined {
    return this.#isFull() ? this.#waitUntilWritable(signal) : undefined;
  }

  send(chunk: Uint8Array): void {
    this.#raw.send(chunk);
  }

  async endWrite(signal: AbortSignal | undefined): Promise<void> {
    await this.#raw.close(signal === undefined ? {} : { signal });
  }

  // `raw.resume()` first hands out what was held back, which may be reason enough to pause again,
  // and then lets the other side go on whatever was done meanwhile: so that has to wait.
  pause(): void {
    this.#isPauseWanted = true;
    if (!this.#isResuming && this.#raw.readStatus === "readable") this.#raw.pause();
  }

  resume(): void {
    this.#isPauseWanted = false;
    if (this.#raw.readStatus !== "paused") return;
    this.#isResuming = true;
    this.#raw.resume();
    this.#isResuming = false;
    if (this.#isPauseWanted) this.pause();
  }

  reset(reason: Error): void {
    this.#raw.abort(reason);
  }

  #isFull(): boolean {
    const { writableNeedsDrain, writeBufferLength, writeStatus } = this.#raw;
    if (writeStatus === "closed") return false;
    return writableNeedsDrain || writeBufferLength >= MAX_QUEUED_BYTES;
  }

  // Not `raw.onDrain()`: in @libp2p/utils 7.4.1 it waits the first time only.
  async #waitUntilWritable(signal: AbortSignal | undefined): Promise<void> {
    while (this.#isFull()) await nextEvent(this.#raw, signal);
  }
}

async function nextEvent(raw: RawStream, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onEvent = (): void => resolve();
  const events = ["drain", "idle", "close"] as const;
  for (const event of events) raw.addEventListener(event, onEvent);
  try {
    await abortable(promise, signal);
  } finally {
    for (const event of events) raw.removeEventListener(event, onEvent);
  }
}

function listen(raw: RawStream, stream: DuplexStream): void {
  // libp2p reports a lost connection as a clean end; only this tells the two apart.
  let hasRemoteEnded = raw.status === "open" && raw.remoteWriteStatus === "closed";
  const onMessage = (event: StreamMessageEvent): void => stream.receive(event.data.subarray());
  const onEnd = (): void => {
    if (raw.status === "aborted" || raw.status === "reset") return;
    if (hasRemoteEnded) stream.receiveEnd();
    else stream.failByReset("the connection is lost");
  };
  const onClose = (event: StreamCloseEvent): void => {
    if (event.error === undefined) {
      if (!hasRemoteEnded) stream.failByReset("the connection is lost");
    } else {
      const reason = event.local ? "it was torn down" : "the other side has reset it";
      stream.failByReset(reason, event.error);
    }
  };
  raw.addEventListener("remoteCloseWrite", () => {
    hasRemoteEnded = true;
  });
  raw.addEventListener("end", onEnd);
  raw.addEventListener("close", onClose);
  raw.addEventListener("message", onMessage);
  if (raw.status !== "open") stream.failByReset("the other side has reset it");
  else if (raw.readableEnded) onEnd();
}
