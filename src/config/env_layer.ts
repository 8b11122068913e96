import type { Env } from "./env.ts";
import { type Layer, settlePath, type SourcedValue } from "./layer.ts";
import { parseAliasText, parseText } from "./parse_text.ts";
import { listSettings, type Setting } from "./settings.ts";

/**
 * The layer of an environment: for each setting the first of its names that is not empty.
 *
 * @param env The variables.
 * @param cwd Relative paths start here.
 * @param place What the variables belong to: the process, or the file at this path.
 * @returns The layer.
 */
export function toEnvLayer(env: Env, cwd: string, place?: string): Layer {
  const layer = new Map<string, SourcedValue>();
  for (const setting of listSettings()) {
    const found = firstOf(setting, env);
    if (found === undefined) continue;
    layer.set(setting.path, {
      value: settlePath(setting, found.value, cwd),
      source: place === undefined ? `env ${found.name}` : `${found.name} in ${place}`,
    });
  }
  return layer;
}

function firstOf(setting: Setting, env: Env): { name: string; value: unknown } | undefined {
  for (const { name, reading } of [{ name: setting.env, reading: undefined }, ...setting.aliases]) {
    const text = env[name];
    if (text === undefined || text.trim() === "") continue;
    const value = reading === undefined
      ? parseText(setting, text)
      : parseAliasText(setting, text, reading);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}
