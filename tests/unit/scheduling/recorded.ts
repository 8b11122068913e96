const FILE = new URL("../../fixtures/scheduling/python.ndjson", import.meta.url);

const cases: readonly unknown[] = Deno.readTextFileSync(FILE).trimEnd().split("\n")
  .map((line) => JSON.parse(line));

/** What CPython answered, one tuple a case. */
export function recorded<T extends readonly unknown[]>(kind: string): readonly T[] {
  const found = cases.filter((entry) => Array.isArray(entry) && entry[0] === kind);
  if (found.length === 0) throw new Error(`Nothing is recorded of this kind: "${kind}"`);
  return found.map((entry) => (entry as readonly unknown[]).slice(1)) as unknown as readonly T[];
}
