import { toPrintable } from "./to_printable.ts";

/**
 * Names and values for a person, one a line, the values below each other.
 *
 * @param pairs Names and values; those without a value are left out.
 * @returns The lines.
 */
export function formatPairs(
  pairs: readonly (readonly [name: string, value: string | number | undefined])[],
): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) =>
    `${`${name}:`.padEnd(width + 2)} ${toPrintable(String(value).replaceAll(/\s+/g, " "))}`
  ).join("\n");
}
