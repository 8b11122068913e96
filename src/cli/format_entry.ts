import { toPrintable } from "./to_printable.ts";

/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
const INDENT = "    ";

/**
 * An entry of a list for a person: a line, and a text below it.
 *
 * @param head The line.
 * @param text The text. @default none
 * @returns The lines.
 */
export function formatEntry(head: string, text = ""): string {
  const lines = wrap(toPrintable(text), MAX_WIDTH - INDENT.length);
  return [toPrintable(head), ...lines.map((line) => `${INDENT}${line}`)].join("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
