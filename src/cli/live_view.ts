import type { Terminal } from "./terminal.ts";
import { toPrintable } from "./to_printable.ts";

const ESC = "\u001b[";
/** One picture at once, where a terminal knows that; and no line goes on in the next. */
const BEGIN = `${ESC}?2026h${ESC}?7l`;
const END = `${ESC}?7h${ESC}?2026l`;
const CLEAR_LINE_END = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
const CLEAR_ALL = `${ESC}2J${ESC}H`;
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** A text on a terminal that changes in its place. The last one stays there. */
export class LiveView {
  readonly #terminal: Terminal;
  #shownLines = 0;
  #shownSize = "";

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Show a text instead of the one before, as far as there is room. */
  show(text: string): void {
    const { columns, rows } = this.#terminal.outSize ?? DEFAULT_SIZE;
    const size = `${columns}x${rows}`;
    const lines = fitLines(toPrintable(text).split("\n"), { columns, rows: rows - 1 });
    this.#terminal.writeOut([
      BEGIN,
      this.#toStart(size),
      ...lines.map((line) => `${line}${CLEAR_LINE_END}\n`),
      CLEAR_BELOW,
      END,
    ].join(""));
    this.#shownLines = lines.length;
    this.#shownSize = size;
  }

  /** A terminal of another size has broken the lines anew, so that nobody knows where the first is. */
  #toStart(size: string): string {
    if (this.#shownLines === 0) return "";
    return size === this.#shownSize ? `${ESC}${this.#shownLines}F` : CLEAR_ALL;
  }
}

function fitLines(
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const cut = lines.map((line) => [...line].slice(0, columns).join(""));
  if (cut.length <= rows) return cut;
  const shown = cut.slice(0, Math.max(0, rows - 1));
  return [...shown, `… ${cut.length - shown.length} more lines`];
}
