/** Units of time, largest first, in seconds. */
const UNITS = [["d", 86_400], ["h", 3_600], ["m", 60]] as const;

/**
 * How long ago something was, for a person.
 *
 * @param atS Then, in seconds since the epoch.
 * @param nowMs Now, in milliseconds since the epoch.
 * @returns Such as `12s`, `5m`, `3h`, `2d`.
 */
export function formatAge(atS: number, nowMs: number): string {
  const seconds = Math.max(0, nowMs / 1000 - atS);
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  }
  return `${Math.floor(seconds)}s`;
}
