import type { Config } from "./config.ts";
import { type Env, readEnv } from "./env.ts";
import { toDefaultLayer } from "./default_layer.ts";
import { toObjectLayer } from "./object_layer.ts";
import { toConfig } from "./to_config.ts";

/** The members of `T`, each of which may be missing or `undefined`. */
export type PartialMembers<T> = T extends object
  ? { readonly [Name in keyof T]?: T[Name] | undefined }
  : T;

/** A configuration of which every part may be left out. */
export type PartialConfig = PartialMembers<
  { readonly [Name in keyof Config]: Config[Name] | PartialMembers<Config[Name]> }
>;

/** What the defaults depend on. */
export interface CreateConfigOptions {
  /** Names the home directory; settings in it are not read. @default {readEnv()} */
  readonly env?: Env | undefined;
  /** Where relative paths start. @default {Deno.cwd()} */
  readonly cwd?: string | undefined;
}

/**
 * Complete and check a configuration that a program has put together, without reading flags, files
 * or settings in the environment.
 *
 * @param given The parts that differ from the defaults; secrets are allowed here.
 * @param options What the defaults depend on.
 * @returns The configuration.
 * @throws {ConfigError} If anything about it is wrong, with all problems.
 *
 * @example
 * ```ts
 * import { createConfig } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const config = createConfig({ dataDir: "/data", server: { port: 0 } }, { env: {} });
 * assert.equal(config.server.port, 0);
 * assert.equal(config.server.host, "127.0.0.1");
 * ```
 */
export function createConfig(given: PartialConfig = {}, options: CreateConfigOptions = {}): Config {
  const { env = readEnv(), cwd = Deno.cwd() } = options;
  const { layer, problems } = toObjectLayer(given, {
    source: "given configuration",
    baseDir: cwd,
    allowSecrets: true,
  });
  return toConfig([layer, toDefaultLayer(env)], problems);
}
