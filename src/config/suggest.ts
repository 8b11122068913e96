/**
 * The known name that someone most likely meant.
 *
 * @param name What was written, such as `server.prot`.
 * @param known All valid names.
 * @returns The nearest one; `undefined` if none is near.
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const sameMember = known.filter((candidate) => lastPart(candidate) === lastPart(name));
  if (sameMember.length === 1) return sameMember[0];
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(lastPart(name).length / 2));
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Levenshtein, with a swap of neighbours as one edit, which is what typing slips are. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + cost,
        swapped ? at(beforePrevious, column - 2) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
