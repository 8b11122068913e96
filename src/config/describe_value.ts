const MAX_LENGTH = 120;

/**
 * A value as short text for a message.
 *
 * @param value Anything.
 * @returns Its JSON form, cut when long; "nothing" for `undefined`.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "bigint" ? String(value) : JSON.stringify(value) ?? typeof value;
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}...`;
}
