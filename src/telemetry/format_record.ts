/** One log line before it is text. */
export interface LogEntry {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** `debug`, `info`, `warn`, `error`. */
  readonly level: string;
  /** Such as `taskqueue.service`. */
  readonly category: string;
  /** A constant sentence. */
  readonly message: string;
  /** Plain JSON values. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const RESERVED_NAMES: readonly string[] = ["time", "level", "category", "message"];

const LEVEL_COLORS: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 };
const DIM = 2;

/**
 * A log line as one line of JSON.
 *
 * @param entry What to say. A field named like a fixed member gets an underscore in front.
 * @returns The line, with its line feed.
 */
export function formatJson(entry: LogEntry): string {
  const fields = Object.entries(entry.fields).map(([name, value]) => [
    RESERVED_NAMES.includes(name) ? `_${name}` : name,
    value,
  ]);
  const { timeMs, level, category, message } = entry;
  const line = { time: new Date(timeMs).toISOString(), level, category, message };
  return `${JSON.stringify({ ...line, ...Object.fromEntries(fields) })}\n`;
}

/** How {@linkcode formatText} writes. */
export interface FormatTextOptions {
  /** Whether to use the colours of ANSI terminals. @default {false} */
  readonly color?: boolean | undefined;
}

/**
 * A log line for people: `time LEVEL category message name=value`.
 *
 * @param entry What to say.
 * @param options How.
 * @returns One line, whatever the values hold, with its line feed.
 */
export function formatText(entry: LogEntry, options: FormatTextOptions = {}): string {
  const paint = (text: string, code: number | undefined) =>
    options.color === true && code !== undefined ? `\x1b[${code}m${text}\x1b[0m` : text;
  const fields = Object.entries(entry.fields).map(([name, value]) =>
    `${paint(`${toBareText(name)}=`, DIM)}${toText(value)}`
  );
  return [
    paint(new Date(entry.timeMs).toISOString(), DIM),
    paint(entry.level.toUpperCase().padEnd(5), LEVEL_COLORS[entry.level]),
    paint(entry.category, DIM),
    toBareText(entry.message),
    ...fields,
  ].join(" ") + "\n";
}

/** As it is if nothing in it could be misread, otherwise as JSON. */
function toText(value: unknown): string {
  const isPlain = typeof value === "string" && /^[^\s"'=\p{C}]+$/u.test(value);
  return isPlain ? value : toBareText(JSON.stringify(value));
}

/** No line breaks and no terminal control sequences: a value cannot forge a line. */
function toBareText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
