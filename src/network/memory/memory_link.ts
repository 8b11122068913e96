import { abortable } from "../../concurrency/mod.ts";
import { DuplexStream, type DuplexStreamOptions, type StreamLink } from "../duplex_stream.ts";

/** One direction of an in-memory stream: what is sent here is received by the stream it leads to. */
class MemoryLink implements StreamLink {
  #target: DuplexStream | undefined;
  #source: MemoryLink | undefined;
  #isDead = false;
  #isPaused = false;
  #news = Promise.withResolvers<void>();

  connect(target: DuplexStream, source: MemoryLink): void {
    this.#target = target;
    this.#source = source;
  }

  whenWritable(signal: AbortSignal | undefined): Promise<void> | undefined {
    return this.#isPaused && !this.#isDead ? this.#waitUntilWritable(signal) : undefined;
  }

  send(chunk: Uint8Array): void {
    // A copy, as a wire would make: the sender may use its buffer again.
    this.#target?.receive(chunk.slice());
  }

  async endWrite(signal: AbortSignal | undefined): Promise<void> {
    await this.whenWritable(signal);
    this.#target?.receiveEnd();
  }

  pause(): void {
    this.#source?.setPaused(true);
  }

  resume(): void {
    this.#source?.setPaused(false);
  }

  reset(_reason: Error): void {
    this.kill();
    this.#source?.kill();
    this.#target?.failByReset("the other side has reset it");
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#tell();
  }

  kill(): void {
    this.#isDead = true;
    this.#tell();
  }

  async #waitUntilWritable(signal: AbortSignal | undefined): Promise<void> {
    while (this.#isPaused && !this.#isDead) await abortable(this.#news.promise, signal);
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** The two ends of an in-memory stream. */
export interface MemoryStreamPair {
  readonly near: DuplexStream;
  readonly far: DuplexStream;
}

/** Make a stream: what one end writes the other one reads. */
export function createMemoryStreamPair(
  near: DuplexStreamOptions,
  far: DuplexStreamOptions,
): MemoryStreamPair {
  const toFar = new MemoryLink();
  const toNear = new MemoryLink();
  const pair = { near: new DuplexStream(toFar, near), far: new DuplexStream(toNear, far) };
  toFar.connect(pair.far, toNear);
  toNear.connect(pair.near, toFar);
  return pair;
}
