/** What a log line says besides its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How fields are made safe. */
export interface SanitizeFieldsOptions {
  /** Whether errors keep their stack. @default {false} */
  readonly withStack?: boolean | undefined;
}

/** What a field's name may end in when its value must not be shown. */
const HIDDEN_WORDS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "key",
  "passphrase",
  "password",
  "payload",
  "secret",
  "token",
]);

const HIDDEN = "(hidden)";
const MAX_DEPTH = 4;
const MAX_ITEMS = 50;
const MAX_CHARACTERS = 2000;

/**
 * Fields as plain JSON values that may be shown: secrets and payloads hidden, errors as code and
 * message, everything of bounded size.
 *
 * @param fields What was to be logged.
 * @param options How much of an error to keep.
 * @returns New fields; `undefined` values are left out.
 */
export function sanitizeFields(
  fields: LogFields,
  options: SanitizeFieldsOptions = {},
): Record<string, unknown> {
  return sanitizeObject(fields, options, 0);
}

function sanitizeObject(
  object: object,
  options: SanitizeFieldsOptions,
  depth: number,
): Record<string, unknown> {
  const entries = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .slice(0, MAX_ITEMS)
    .map(([name, value]) => [
      name,
      isHidden(name) ? HIDDEN : sanitizeValue(value, options, depth + 1),
    ]);
  return Object.fromEntries(entries);
}

function sanitizeValue(value: unknown, options: SanitizeFieldsOptions, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return cut(value);
    case "number":
      // JSON has no negative zero.
      return Number.isFinite(value) ? value + 0 : String(value);
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : sanitizeReference(value, options, depth);
    default:
      return cut(String(value));
  }
}

function sanitizeReference(value: object, options: SanitizeFieldsOptions, depth: number): unknown {
  if (depth > MAX_DEPTH) return "...";
  if (value instanceof Error) return sanitizeError(value, options, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, MAX_ITEMS).map((item) => sanitizeValue(item, options, depth + 1));
  }
  return sanitizeObject(value instanceof Map ? toObject(value) : value, options, depth);
}

/** Objects as keys have no name, and may refuse to be made into a text. */
function toObject(map: ReadonlyMap<unknown, unknown>): object {
  return Object.fromEntries([...map].map(([key, value]) => {
    const isReference = (typeof key === "object" && key !== null) || typeof key === "function";
    return [isReference ? "..." : String(key), value];
  }));
}

/** Fields of an error other than these are left out: nobody vetted them for the log. */
function sanitizeError(error: Error, options: SanitizeFieldsOptions, depth: number): unknown {
  const { cause, stack } = error;
  const code = "code" in error ? error.code : undefined;
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return {
    code: typeof code === "string" || typeof code === "number" ? code : error.name,
    message: cut(error.message),
    ...(errors.length === 0 ? {} : { errors: sanitizeValue(errors, options, depth + 1) }),
    ...(cause === undefined ? {} : { cause: sanitizeValue(cause, options, depth + 1) }),
    ...(options.withStack === true && stack !== undefined ? { stack: cut(stack) } : {}),
  };
}

/** By the last word of the name, so that `accessToken` is hidden and `maxTokens` is not. */
function isHidden(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/);
  return HIDDEN_WORDS.has(words.at(-1) ?? "");
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}...`;
}
