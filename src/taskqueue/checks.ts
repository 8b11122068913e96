import { InvalidJsonError, type JsonObject } from "../codec/mod.ts";
import { InvalidTaskError } from "./errors.ts";
import { measureJson } from "./json_size.ts";

/** Longest name of a type, worker or model, and longest idempotency key, in UTF-16 units. */
export const MAX_NAME_LENGTH = 256;

/** A whole number within bounds. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** How many names, and how long each. */
export interface NamesRange {
  readonly max: number;
  readonly maxLength: number;
}

const CONTROL = /\p{Cc}/u;

/** Checks the arguments of one operation; each failure is an {@linkcode InvalidTaskError}. */
export class Checks {
  readonly #action: string;

  /** @param action The operation, as in `submit task`. */
  constructor(action: string) {
    this.#action = action;
  }

  /** The value, if it is a whole number within bounds. */
  integer(member: string, value: number, { min, max }: IntegerRange): number {
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    return this.#refuse(`its ${member} is not a whole number from ${min} to ${max}`, member, value);
  }

  /** The value rounded to whole milliseconds, if it is a duration. */
  duration(member: string, value: number): number {
    // One hundred years: sums with the present time stay exact.
    if (value >= 0 && value <= 100 * 366 * 86_400_000) return Math.round(value);
    return this.#refuse(`its ${member} is not a duration`, member, value);
  }

  /** The value, if it can name something: not blank, not long, without control characters. */
  name(member: string, value: string, maxLength: number = MAX_NAME_LENGTH): string {
    if (value.trim() === "") return this.#refuse(`its ${member} is empty`, member, value);
    return this.text(member, value, maxLength);
  }

  /** The names sorted, each once, if there are not too many. */
  names(
    member: string,
    values: readonly string[],
    { max, maxLength }: NamesRange,
  ): readonly string[] {
    if (values.length === 0) return values;
    this.integer(`number of ${member}`, values.length, { min: 0, max });
    return [...new Set(values.map((value) => this.name(member, value, maxLength)))].sort();
  }

  /** The value, if it is not long and has no control characters. */
  text(member: string, value: string, maxLength: number = MAX_NAME_LENGTH): string {
    if (value.length > maxLength) {
      const reason = `its ${member} has more than ${maxLength} characters`;
      return this.#refuse(reason, member, `${value.slice(0, 32)}…`);
    }
    if (CONTROL.test(value)) {
      return this.#refuse(`its ${member} has control characters`, member, value);
    }
    return value;
  }

  /** The value, if as JSON it is not too long and not nested too deeply to be sent to a peer. */
  json(member: string, value: JsonObject, maxBytes: number): JsonObject {
    const bytes = this.#measure(member, value, maxBytes);
    if (bytes <= maxBytes) return value;
    return this.#refuse(`its ${member} is longer than ${maxBytes} bytes`, "bytes", bytes);
  }

  #measure(member: string, value: JsonObject, maxBytes: number): number {
    try {
      return measureJson(value, maxBytes);
    } catch (error) {
      if (!(error instanceof InvalidJsonError)) throw error;
      return this.#refuse(`its ${member} cannot be sent as JSON`, "reason", error.reason);
    }
  }

  #refuse(reason: string, member: string, value: unknown): never {
    throw new InvalidTaskError(this.#action, `${reason}: ${member} "${value}"`);
  }
}
