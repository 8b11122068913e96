import type { LogLine } from "../taskqueue/mod.ts";

/** Lines that wait to be sent. */
const MAX_LINES = 2_000;
/** What they may hold together, in UTF-16 units. */
const MAX_LENGTH = 512 * 1024;
/** Lines that one report carries. */
const MAX_TAKEN_LINES = 256;
/** What one report carries, in UTF-16 units: with escapes and progress it stays below 1 MiB. */
const MAX_TAKEN_LENGTH = 96 * 1024;
/** Longest line; the rest is cut off. */
const MAX_LINE_LENGTH = 8 * 1024;

/** Holds the lines of an attempt's log until they are sent; drops the oldest when there are too many. */
export class LogBuffer {
  #lines: LogLine[] = [];
  #length = 0;
  #dropped = 0;

  /** How many lines wait. */
  get size(): number {
    return this.#lines.length;
  }

  /**
   * Add a line.
   *
   * @param line The line; cut off when it is too long.
   */
  push({ stream, message }: LogLine): void {
    const line = { stream, message: clip(message) };
    this.#lines.push(line);
    this.#length += line.message.length;
    while (this.#lines.length > MAX_LINES || this.#length > MAX_LENGTH) {
      this.#length -= this.#lines.shift()?.message.length ?? 0;
      this.#dropped++;
    }
  }

  /**
   * Take the oldest lines out, as many as one report carries.
   *
   * @returns The lines; `undefined` if there are none.
   */
  take(): readonly LogLine[] | undefined {
    if (this.#dropped === 0 && this.#lines.length === 0) return undefined;
    const taken: LogLine[] = [];
    if (this.#dropped > 0) {
      taken.push({ stream: "mcpp", message: `${this.#dropped} lines were dropped here` });
      this.#dropped = 0;
    }
    let count = 0;
    let length = 0;
    for (const { message } of this.#lines) {
      length += message.length;
      if (taken.length + count >= MAX_TAKEN_LINES || (count > 0 && length > MAX_TAKEN_LENGTH)) {
        break;
      }
      count++;
    }
    const lines = this.#lines.splice(0, count);
    for (const { message } of lines) this.#length -= message.length;
    return [...taken, ...lines];
  }
}

function clip(message: string): string {
  return message.length <= MAX_LINE_LENGTH ? message : `${message.slice(0, MAX_LINE_LENGTH - 1)}…`;
}
