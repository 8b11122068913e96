import { AppError } from "../../../error/mod.ts";
import {
  concatBytes,
  decodeUtf8,
  isJsonObject,
  type JsonObject,
  parseJson,
} from "../../../codec/mod.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What a line holds: a message, or something that is none, and why. */
export type JsonLine =
  | { readonly message: JsonObject }
  | { readonly problem: "not_json" | "not_an_object" | "line_too_long" };

/** How lines are read. */
export interface JsonLineReaderOptions {
  /** How long a line may be, without its line break. */
  readonly maxLineBytes: number;
}

/**
 * Reads lines of JSON from a stream of bytes, however they are cut into chunks. A bad line harms no
 * other: one that is too long is skipped to its end, and never kept.
 */
export class JsonLineReader {
  readonly #chunks: ReadableStreamDefaultReader<Uint8Array>;
  readonly #maxLineBytes: number;
  /** Of the last chunk, what has not been looked at. */
  #rest: Uint8Array = new Uint8Array();
  /** Of the line that has begun, what came with earlier chunks. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  constructor(
    chunks: ReadableStreamDefaultReader<Uint8Array>,
    { maxLineBytes }: JsonLineReaderOptions,
  ) {
    this.#chunks = chunks;
    this.#maxLineBytes = maxLineBytes;
  }

  /** How much is kept of a line that has begun. */
  get heldBytes(): number {
    return this.#begun.reduce((sum, part) => sum + part.length, 0);
  }

  /**
   * The next line that is not empty.
   *
   * @returns The line, or `null` at the end. A last line may lack its line break.
   * @throws {unknown} What broke the stream.
   */
  async read(): Promise<JsonLine | null> {
    for (;;) {
      const end = this.#rest.indexOf(LINE_FEED);
      if (end !== -1) {
        this.#keep(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        const line = this.#takeLine();
        if (line !== undefined) return line;
        continue;
      }
      this.#keep(this.#rest);
      const { value, done } = await this.#chunks.read();
      this.#rest = value ?? new Uint8Array();
      if (done) return this.#takeLine() ?? null;
    }
  }

  #keep(part: Uint8Array): void {
    this.#begunBytes += part.length;
    // One byte more than a line may have can still be the `\r` of its line break.
    if (this.#begunBytes > this.#maxLineBytes + 1) this.#begun = [];
    else if (part.length > 0) this.#begun.push(part);
  }

  #takeLine(): JsonLine | undefined {
    const sizeBytes = this.#begunBytes;
    const bytes = withoutReturn(concatBytes(this.#begun));
    this.#begun = [];
    this.#begunBytes = 0;
    const isLong = sizeBytes > this.#maxLineBytes + 1 || bytes.length > this.#maxLineBytes;
    return isLong ? { problem: "line_too_long" } : parseLine(bytes);
  }
}

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
}

/** Gives nothing for a line of white space. */
function parseLine(bytes: Uint8Array): JsonLine | undefined {
  try {
    const text = decodeUtf8(bytes).trim();
    if (text === "") return undefined;
    const value = parseJson(text);
    return isJsonObject(value) ? { message: value } : { problem: "not_an_object" };
  } catch (error) {
    if (error instanceof AppError) return { problem: "not_json" };
    throw error;
  }
}
