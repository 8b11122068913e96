/** The value of an environment variable; `undefined` if it is not set. */
export type LookUpVariable = (name: string) => string | undefined;

/** `${NAME}`, `${env:NAME}`, and either with a default after `:-`. */
const VARIABLE = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** A text with its variables expanded. */
export interface ExpandedText {
  /** The text. */
  readonly text: string;
  /** The first variable that is neither set nor has a default; `undefined` if there is none. */
  readonly missing: string | undefined;
}

/**
 * Put the values of environment variables into a text. What a value holds is not expanded again.
 *
 * @param template The text.
 * @param lookUp The values.
 * @returns The text.
 */
export function expandVariables(template: string, lookUp: LookUpVariable): ExpandedText {
  let missing: string | undefined;
  const text = template.replace(VARIABLE, (_whole, name: string, fallback?: string) => {
    const value = lookUp(name) ?? fallback;
    if (value === undefined) missing ??= name;
    return value ?? "";
  });
  return { text, missing };
}
