/**
 * Compare by the first number, then by the second one, and so on.
 *
 * @returns Negative if `a` comes first.
 */
export function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
