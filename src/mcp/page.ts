import { InvalidCursorError } from "./errors.ts";

/** One page of a list. */
export interface Page<T> {
  /** In the list's order. */
  readonly items: readonly T[];
  /** Asks for the next page; absent on the last. */
  readonly nextCursor?: string | undefined;
}

/**
 * One page of a list that is all in memory and does not change.
 *
 * @param items The list.
 * @param cursor Where the page begins, as the page before has said. The first begins without.
 * @param pageSize How many items a page has.
 * @returns The page.
 * @throws {InvalidCursorError} If the cursor is none of this list.
 */
export function toPage<T>(
  items: readonly T[],
  cursor: string | undefined,
  pageSize = 1000,
): Page<T> {
  if (cursor === undefined && items.length <= pageSize) return { items };
  const start = cursor === undefined ? 0 : Number(decodeCursor(cursor));
  if (!Number.isSafeInteger(start) || start < 0 || start % pageSize !== 0) {
    throw new InvalidCursorError(cursor ?? "");
  }
  if (start > 0 && start >= items.length) throw new InvalidCursorError(cursor ?? "");
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextCursor: encodeCursor(String(end)) }),
  };
}

/**
 * Text as a cursor: clients shall not read anything into it.
 *
 * @param text What it stands for.
 * @returns The cursor.
 */
export function encodeCursor(text: string): string {
  return new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * What a cursor stands for.
 *
 * @param cursor The cursor.
 * @returns The text.
 * @throws {InvalidCursorError} If it is no cursor.
 */
export function decodeCursor(cursor: string): string {
  if (cursor === "") throw new InvalidCursorError(cursor);
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidCursorError(cursor);
  }
}
