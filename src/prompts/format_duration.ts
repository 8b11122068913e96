/** Units of time, largest first, in seconds. */
const UNITS = [["d", 86_400], ["h", 3_600], ["min", 60]] as const;

/**
 * A span of time for a reader.
 *
 * @param ms Milliseconds.
 * @returns Such as `12 s`, `5 min`, `3 h`, `2 d`; rounded down, never negative.
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms / 1_000);
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${Math.floor(seconds)} s`;
}
