/**
 * The text without U+0000, which is where SQLite's functions end a text. For text that comes from a
 * worker or a program, where it may occur; names are checked by those who take them.
 */
export function toStorableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd");
}
