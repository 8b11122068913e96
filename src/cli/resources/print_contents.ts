import type { JsonValue } from "../../codec/mod.ts";
import type { RemoteResourceContent } from "../../mcp/mod.ts";
import { printResult, type ResultFormat, type Terminal } from "../terminal.ts";

/** How contents are printed. */
export interface PrintContentsOptions {
  /** Where to. */
  readonly terminal: Terminal;
  /** Whether JSON is asked for. */
  readonly options: ResultFormat;
}

/**
 * Print what a resource holds: for a person the text, for a program a line of JSON.
 *
 * @param contents What it holds.
 * @param printing How to print it.
 */
export function printContents(
  contents: readonly RemoteResourceContent[],
  { terminal, options }: PrintContentsOptions,
): void {
  const json = { contents } as unknown as JsonValue;
  printResult(terminal, { json, text: contents.map(toText).join("\n") }, options);
}

function toText({ uri, mimeType = "", text, blob = "" }: RemoteResourceContent): string {
  if (text === undefined) {
    const size = Math.floor(blob.length * 3 / 4);
    return `${uri}: ${size} bytes of ${mimeType || "unknown type"}`;
  }
  return /\bjson$/.test(mimeType) ? indent(text) : text;
}

/** What says that it is JSON and is not is shown as it is. */
function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
