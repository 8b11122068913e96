import {
  FrameTooLargeError,
  InvalidJsonError,
  type JsonObject,
  toJson,
} from "../../../codec/mod.ts";
import { abortable } from "../../../concurrency/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { JsonLineReader } from "./json_line_reader.ts";
import type { MessageChannel } from "./message_channel.ts";

/** Options of {@linkcode openStdioChannel}. */
export interface StdioChannelOptions {
  /** Where messages come from, such as `Deno.stdin.readable`. */
  readonly input: ReadableStream<Uint8Array>;
  /** Where messages go, such as `Deno.stdout.writable`. Nothing else may write there. */
  readonly output: WritableStream<Uint8Array>;
  /** Longest line that is taken, in bytes. A longer one is answered with an error. @default {4194304} */
  readonly maxLineBytes?: number | undefined;
  /** Longest line that is sent, in bytes. @default {16777216} */
  readonly maxOutputBytes?: number | undefined;
}

/** A channel over two streams of bytes. Dispose it to let go of them. */
export interface StdioChannel extends MessageChannel, AsyncDisposable {}

const MIB = 1024 * 1024;

/** A character of JavaScript's is never longer in UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/** What the sender of a line is told that is no message (JSON-RPC 2.0, section 5.1). */
const ERRORS = {
  "not_json": {
    code: McpErrorCode.parseError,
    message: "Cannot read line as it is not JSON",
  },
  "not_an_object": {
    code: McpErrorCode.invalidRequest,
    message: "Cannot take line as it is not one JSON object",
  },
  "line_too_long": {
    code: McpErrorCode.invalidRequest,
    message: "Cannot read line as it is too long",
  },
} as const;

/**
 * Open a channel of JSON messages, one on each line, as MCP has it on standard input and output. Lines
 * that are no messages are answered with an error here, and reading goes on.
 *
 * @param options The two streams, which nobody else may use meanwhile.
 * @returns The channel. Dispose it.
 *
 * @example A message in, an answer out
 * ```ts
 * import { openStdioChannel } from "./open_stdio_channel.ts";
 * import assert from "node:assert/strict";
 *
 * const output = new TransformStream<Uint8Array, Uint8Array>();
 * await using channel = openStdioChannel({
 *   input: new Blob(['{"jsonrpc":"2.0","method":"notifications/initialized"}\r\n']).stream(),
 *   output: output.writable,
 * });
 * const { signal } = new AbortController();
 * const message = await channel.receive(signal);
 * assert.equal(message?.["method"], "notifications/initialized");
 * assert.equal(await channel.receive(signal), null);
 * ```
 */
export function openStdioChannel(options: StdioChannelOptions): StdioChannel {
  return new LineChannel(options);
}

class LineChannel implements StdioChannel {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: JsonLineReader;
  readonly #maxOutputBytes: number;
  readonly #encoder = new TextEncoder();

  constructor(options: StdioChannelOptions) {
    const { input, output, maxLineBytes = 4 * MIB, maxOutputBytes = 16 * MIB } = options;
    this.#reader = input.getReader();
    this.#writer = output.getWriter();
    // Whoever writes is told; the end of the stream by itself is no news.
    this.#writer.closed.catch(() => {});
    this.#lines = new JsonLineReader(this.#reader, { maxLineBytes });
    this.#maxOutputBytes = maxOutputBytes;
  }

  async receive(signal: AbortSignal): Promise<JsonObject | null> {
    for (;;) {
      signal.throwIfAborted();
      const line = await abortable(this.#lines.read(), signal);
      if (line === null) return null;
      if ("message" in line) return line.message;
      const error = { ...ERRORS[line.problem], data: { code: line.problem } };
      await this.send({ jsonrpc: "2.0", id: null, error });
    }
  }

  async send(message: JsonObject): Promise<void> {
    const line = toLine(message);
    const maxBytes = this.#maxOutputBytes;
    if (line.length * MAX_BYTES_PER_CHARACTER <= maxBytes) {
      return await this.#writer.write(this.#encoder.encode(line));
    }
    const bytes = this.#encoder.encode(line);
    if (bytes.length > maxBytes) throw new FrameTooLargeError(bytes.length, maxBytes);
    await this.#writer.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A read that waits is given up with the lock; what it would have got, nobody wants.
    await this.#reader.cancel().catch(() => {});
    this.#reader.releaseLock();
    this.#writer.releaseLock();
  }
}

function toLine(message: JsonObject): string {
  try {
    return `${toJson(message)}\n`;
  } catch (error) {
    // A hand-made tool may return what JSON cannot hold.
    throw new InvalidJsonError("it holds something else than JSON values", error);
  }
}
