/**
 * The parser of an option that may be given several times.
 *
 * @param value The value now given.
 * @param previous Those given before.
 * @returns All of them.
 */
export function repeatedOption(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
