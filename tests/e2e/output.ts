/** What a process writes to one of its streams, as text that can be waited for. */
export class Output {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  #text = "";
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  /** Everything so far. */
  get text(): string {
    return this.#text;
  }

  /** Wait until the text matches; rejects when the stream ends before that. */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) return found;
      if (this.#hasEnded) throw new Error(`The output ended without ${pattern}: "${this.#text}"`);
      await this.#changed.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of stream) this.#append(decoder.decode(bytes, { stream: true }));
    } finally {
      this.#hasEnded = true;
      this.#append("");
    }
  }

  #append(text: string): void {
    this.#text += text;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
