import { toPrintable } from "./to_printable.ts";

/** How far something is, as far as it is known. */
export interface ShownProgress {
  /** How much is done. */
  readonly progress?: number | undefined;
  /** How much there is. */
  readonly total?: number | undefined;
  /** What happens. */
  readonly message?: string | undefined;
}

const BAR_WIDTH = 20;

/**
 * A line for a person who waits: a bar if it is known how much there is, and what happens.
 *
 * @param shown How far it is.
 * @param width Characters there is room for.
 * @returns The line.
 */
export function formatProgress(shown: ShownProgress, width: number): string {
  const { message = "" } = shown;
  const parts = [formatBar(shown), toPrintable(message.replaceAll(/\s+/g, " ").trim())];
  return cut(parts.filter((part) => part !== "").join(" "), width);
}

function formatBar({ progress, total }: ShownProgress): string {
  if (progress === undefined || total === undefined || !(total > 0)) return "";
  const part = Math.min(1, Math.max(0, progress / total));
  const done = Math.round(part * BAR_WIDTH);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${"█".repeat(done)}${"░".repeat(BAR_WIDTH - done)} ${percent} %`;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}
