import { type Layer, settlePath, type SourcedValue } from "./layer.ts";
import { parseText } from "./parse_text.ts";
import { listSettings, type Setting } from "./settings.ts";

/** Values of flags as a command-line parser gives them, by setting path. */
export type FlagValues = Readonly<
  Record<string, string | boolean | readonly string[] | undefined>
>;

/**
 * The layer of command-line flags.
 *
 * @param flags Their values.
 * @param cwd Relative paths start here.
 * @returns The layer.
 * @throws {TypeError} If a path names no setting.
 */
export function toFlagLayer(flags: FlagValues, cwd: string): Layer {
  const layer = new Map<string, SourcedValue>();
  const settings = new Map(listSettings().map((setting) => [setting.path, setting]));
  for (const [path, given] of Object.entries(flags)) {
    if (given === undefined) continue;
    const setting = settings.get(path);
    if (setting?.flag === undefined) throw new TypeError(`No setting has a flag here: "${path}"`);
    const isNegated = setting.negatable && given === false;
    const source = `flag ${isNegated ? setting.flag.replace("--", "--no-") : setting.flag}`;
    layer.set(path, { value: settlePath(setting, parseFlag(setting, given), cwd), source });
  }
  return layer;
}

function parseFlag(setting: Setting, given: string | boolean | readonly string[]): unknown {
  if (typeof given === "boolean") return given;
  if (typeof given === "string") return parseText(setting, given);
  const values = given.map((text) => parseText(setting, text));
  return setting.repeatable ? values.flat() : values.at(-1);
}
