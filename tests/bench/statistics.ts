/**
 * A quantile of some samples, by the nearest rank.
 *
 * @param samples At least one, in any order.
 * @param fraction 0.5 is the median.
 */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  const rank = Math.max(1, Math.ceil(fraction * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError("Cannot take a quantile as there are no samples");
  return value;
}

/**
 * The median of the ratios of two series that were measured by turns. What disturbs the machine for
 * longer than one turn disturbs both members of a pair, and so not their ratio.
 *
 * @param subjects The series above the line.
 * @param baselines The series below it, equally long.
 */
export function medianRatio(subjects: readonly number[], baselines: readonly number[]): number {
  const ratios = subjects.map((subject, turn) => subject / (baselines[turn] ?? NaN));
  return quantile(ratios, 0.5);
}
