import { listSettings } from "./settings.ts";

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Names that matter besides those of the settings. */
const OTHER_NAMES: readonly string[] = [
  "MCPP_CONFIG",
  "HOME",
  "USERPROFILE",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
  "NO_COLOR",
];

/**
 * Every environment name that mcpp looks at: the list to give to `--allow-env`.
 *
 * @returns Canonical names, names of earlier systems, and a few of the operating system's.
 */
export function listEnvNames(): readonly string[] {
  const names = listSettings().flatMap((setting) => [
    setting.env,
    ...setting.aliases.map((alias) => alias.name),
  ]);
  return [...names, ...OTHER_NAMES];
}

/**
 * The part of the process environment that mcpp looks at. Nothing else reads `Deno.env`.
 *
 * @returns The variables that are set.
 */
export function readEnv(): Env {
  const entries = listEnvNames().map((name) => [name, Deno.env.get(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * The value of a variable that somebody else's file names, such as a list of MCP servers.
 *
 * @param name Its name.
 * @returns Its value; `undefined` if it is not set.
 */
export function lookUpEnv(name: string): string | undefined {
  return Deno.env.get(name);
}
