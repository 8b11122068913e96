/** Longer texts of others are cut. */
const MAX_CHARACTERS = 120;

/** More names than this tell a reader nothing. */
const MAX_NAMES = 20;

/**
 * A text that somebody else has chosen, as a part of a sentence: short, on one line and in quotes, so
 * that it reads as what it is.
 *
 * @param text The text.
 * @returns The text, quoted.
 */
export function toFact(text: string): string {
  // deno-lint-ignore no-control-regex -- that is what is taken out.
  const line = text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").replaceAll('"', "'").trim();
  const characters = [...line];
  return characters.length <= MAX_CHARACTERS
    ? `"${line}"`
    : `"${characters.slice(0, MAX_CHARACTERS - 1).join("")}…"`;
}

/**
 * Names that somebody else has chosen, as a part of a sentence.
 *
 * @param names The names.
 * @param none What to say if there are none.
 * @returns The names, quoted.
 */
export function toFacts(names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  const shown = names.slice(0, MAX_NAMES).map(toFact).join(", ");
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
