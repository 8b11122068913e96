/** Counts the messages in what comes, each of which is after its length as a varint. */
export class MessageCounter {
  /** Bytes of the present message that are still to come. */
  #missing = 0;
  /** The length that is being read, and the worth of its next byte. */
  #length = 0;
  #factor = 1;

  /**
   * Look at what has come.
   *
   * @param chunk The next bytes; they may begin and end anywhere.
   * @returns How many messages begin in it.
   */
  count(chunk: Uint8Array): number {
    let begun = 0;
    for (let at = 0; at < chunk.length;) {
      const skipped = Math.min(this.#missing, chunk.length - at);
      this.#missing -= skipped;
      at += skipped;
      const byte = chunk[at++];
      if (byte === undefined) break;
      if (this.#factor === 1) begun++;
      this.#readLength(byte);
    }
    return begun;
  }

  #readLength(byte: number): void {
    this.#length += (byte & 0x7f) * this.#factor;
    this.#factor *= 0x80;
    if (byte >= 0x80) return;
    this.#missing = this.#length;
    this.#length = 0;
    this.#factor = 1;
  }
}
