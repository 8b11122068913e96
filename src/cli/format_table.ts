import { toPrintable } from "./to_printable.ts";

/** Longer cells are cut, so that a row stays on a line. */
const MAX_CELL = 60;

/**
 * Columns of text for a person.
 *
 * @param head Names of the columns.
 * @param rows Their cells.
 * @returns Lines, the head first, without blanks at their ends.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [head, ...rows.map((row) => row.map(toCell))];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => [...(line[column] ?? "")].length))
  );
  return lines.map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  "))
    .map((line) => line.trimEnd()).join("\n");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - [...cell].length));
}

function toCell(value: string): string {
  const characters = [...toPrintable(value.replaceAll(/\s+/g, " "))];
  return characters.length <= MAX_CELL
    ? characters.join("")
    : `${characters.slice(0, MAX_CELL - 1).join("")}…`;
}
