/** How text is broken into lines. */
export interface WrapTextOptions {
  /** Longest line, in characters. @default {100} */
  readonly width?: number | undefined;
  /** Before the first line; the others are indented as far. @default {""} */
  readonly bullet?: string | undefined;
}

/**
 * Break text into lines at its spaces.
 *
 * @param text One paragraph.
 * @param options How.
 * @returns The lines.
 */
export function wrapText(text: string, options: WrapTextOptions = {}): readonly string[] {
  const { width = 100, bullet = "" } = options;
  const lines: string[] = [];
  let line = bullet;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(bullet.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
