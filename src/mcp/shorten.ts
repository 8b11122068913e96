const MAX_LENGTH = 200;

/**
 * What somebody else wrote, short enough for a message.
 *
 * @param text The text.
 * @returns The text, or its beginning.
 */
export function shorten(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}
