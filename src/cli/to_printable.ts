/** All controls but tab and line feed: they could move the cursor or change the terminal. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text of strangers, made safe for a terminal.
 *
 * @param text Any text.
 * @returns The same with a mark for each control character.
 */
export function toPrintable(text: string): string {
  return text.replaceAll(CONTROLS, "\ufffd");
}
