import { isAbsolute, join } from "node:path";
import type { Env } from "./env.ts";
import type { Layer, SourcedValue } from "./layer.ts";

/**
 * Where data is kept unless told otherwise, by the XDG Base Directory Specification 0.8.
 *
 * @param env `XDG_DATA_HOME`, `HOME`, `USERPROFILE`.
 * @returns The directory; `undefined` when the environment names no home.
 */
export function defaultDataDir(env: Env): string | undefined {
  const base = baseDirectory(env, "XDG_DATA_HOME", [".local", "share"]);
  return base === undefined ? undefined : join(base, "mcpp");
}

/**
 * Where the address of a running node is announced, which is where Python clients look too.
 *
 * @param env `XDG_CACHE_HOME`, `HOME`, `USERPROFILE`.
 * @returns The file; `false` (no announcement) when the environment names no home.
 */
export function defaultAnnounceFile(env: Env): string | false {
  const base = baseDirectory(env, "XDG_CACHE_HOME", [".cache"]);
  return base === undefined ? false : join(base, "ipfs_accelerate_py", "task_p2p_announce.json");
}

/**
 * The layer of the defaults that depend on the machine; the schema knows the others.
 *
 * @param env Names the home directory.
 * @returns The layer below all others.
 */
export function toDefaultLayer(env: Env): Layer {
  const values = { "dataDir": defaultDataDir(env), "p2p.announceFile": defaultAnnounceFile(env) };
  const layer = new Map<string, SourcedValue>();
  for (const [path, value] of Object.entries(values)) {
    if (value !== undefined) layer.set(path, { value, source: "default" });
  }
  return layer;
}

/** The specification says to ignore a variable that is empty or holds a relative path. */
function baseDirectory(env: Env, name: string, below: readonly string[]): string | undefined {
  const chosen = env[name];
  if (chosen !== undefined && isAbsolute(chosen)) return chosen;
  const home = env["HOME"] || env["USERPROFILE"];
  return home === undefined || !isAbsolute(home) ? undefined : join(home, ...below);
}
