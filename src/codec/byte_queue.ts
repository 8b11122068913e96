const MIN_CAPACITY_BYTES = 1024;

/**
 * Bytes that arrive in chunks and leave in others. They lie in one piece, so that many tiny chunks
 * cost no more than their bytes.
 */
export class ByteQueue {
  #buffer: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Add bytes at the end. They must not change any more. */
  push(chunk: Uint8Array): void {
    if (this.length === 0) {
      // The usual case: a chunk holds whole messages, and is read where it is.
      this.#replaceBuffer(chunk, chunk.length);
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) this.#grow(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Where a byte first occurs, or -1.
   *
   * @param byte What to look for.
   * @param from Where to start, so that repeated searches need not begin anew.
   */
  indexOf(byte: number, from = 0): number {
    return this.#buffer.subarray(this.#start, this.#end).indexOf(byte, from);
  }

  /** The first `count` bytes, or all if there are fewer. They stay in the queue. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  /** Remove the first `count` bytes, of which there must be enough. They stay as they are. */
  take(count: number): Uint8Array {
    if (count > this.length) throw new RangeError(`Cannot take ${count} of ${this.length} bytes`);
    // Bytes are only ever added behind the last one, so nothing is written over what was taken.
    const bytes = this.#buffer.subarray(this.#start, this.#start + count);
    this.#start += count;
    return bytes;
  }

  #grow(count: number): void {
    const waiting = this.#buffer.subarray(this.#start, this.#end);
    const capacity = Math.max(MIN_CAPACITY_BYTES, 2 * (waiting.length + count));
    const buffer = new Uint8Array(capacity);
    buffer.set(waiting);
    this.#replaceBuffer(buffer, waiting.length);
  }

  #replaceBuffer(buffer: Uint8Array, length: number): void {
    this.#buffer = buffer;
    this.#start = 0;
    this.#end = length;
  }
}
