import type { EnvAlias } from "./setting_meta.ts";
import type { Setting } from "./settings.ts";

const TRUE_WORDS: readonly string[] = ["1", "true", "yes", "y", "on"];
const FALSE_WORDS: readonly string[] = ["0", "false", "no", "n", "off"];
const OFF_WORDS: readonly string[] = ["0", "false", "no", "off"];

/**
 * The value that a text from a flag or the environment stands for.
 *
 * Text that does not fit the type is returned as it is: the schema then refuses it, so that there
 * is one place that says what is wrong.
 *
 * @param setting Which setting the text is for.
 * @param text The text.
 * @returns A boolean, number, list or string.
 */
export function parseText(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  if (setting.off !== undefined && OFF_WORDS.includes(trimmed.toLowerCase())) return setting.off;
  switch (setting.type) {
    case "boolean":
      return parseBoolean(trimmed);
    case "integer":
      return /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
    case "list":
      return trimmed.split(",").map((item) => item.trim()).filter((item) => item !== "");
    default:
      return trimmed;
  }
}

/**
 * The value that a text under an environment name of an earlier system stands for.
 *
 * @param setting Which setting the text is for.
 * @param text The text.
 * @param reading How values under that name read.
 * @returns The value; `undefined` if the text leaves the setting alone.
 */
export function parseAliasText(
  setting: Setting,
  text: string,
  reading: EnvAlias["reading"],
): unknown {
  switch (reading) {
    case "inverted": {
      const value = parseText(setting, text);
      return typeof value === "boolean" ? !value : value;
    }
    case "seconds": {
      const seconds = Number(text);
      return Number.isFinite(seconds) ? Math.round(seconds * 1000) : text;
    }
    case "debug":
      return parseBoolean(text.trim()) === true ? "debug" : undefined;
    case "off":
      return parseBoolean(text.trim()) === false ? "off" : undefined;
    case "all": {
      const value = parseBoolean(text.trim());
      return typeof value === "boolean" ? (value ? ["*"] : []) : value;
    }
    default:
      return parseText(setting, text);
  }
}

function parseBoolean(text: string): unknown {
  const word = text.toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : text;
}
