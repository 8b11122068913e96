/** Nothing that long is a slip, and comparing it would take long. */
const MAX_WANTED_LENGTH = 128;

/** How many suggestions are worth reading. */
const MAX_SUGGESTIONS = 3;

/**
 * The names a person may have meant, closest first; at most three.
 *
 * @param wanted What was asked for.
 * @param names What there is.
 * @returns Names that differ in a few letters, or that contain what was asked for.
 */
export function suggestNames(wanted: string, names: readonly string[]): readonly string[] {
  if (wanted.length > MAX_WANTED_LENGTH) return [];
  const needle = wanted.toLowerCase();
  const limit = Math.max(2, Math.floor(needle.length / 3));
  return names
    .map((name) => ({ name, distance: distanceTo(needle, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

function distanceTo(needle: string, name: string): number {
  // A part of a name ("submit" for "p2p_taskqueue_submit") is as good as a small slip.
  return needle.length >= 3 && name.includes(needle) ? 1 : editDistance(needle, name);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
