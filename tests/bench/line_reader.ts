/** Reads a program's output line by line. */
export class LineReader implements AsyncDisposable {
  readonly #chunks: ReadableStreamDefaultReader<string>;
  #text = "";

  /** @param output What the program writes. */
  constructor(output: ReadableStream<BufferSource>) {
    this.#chunks = output.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next line without its line break; `undefined` if the program has ended. */
  async read(): Promise<string | undefined> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#chunks.read();
      if (done) return undefined;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.cancel();
  }
}
