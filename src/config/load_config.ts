import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { toErrorMessage } from "../error/mod.ts";
import type { Config } from "./config.ts";
import { toDefaultLayer } from "./default_layer.ts";
import { type Env, readEnv } from "./env.ts";
import { toEnvLayer } from "./env_layer.ts";
import type { ConfigProblem } from "./errors.ts";
import { type FlagValues, toFlagLayer } from "./flag_layer.ts";
import type { Layer } from "./layer.ts";
import { type ObjectLayer, toObjectLayer } from "./object_layer.ts";
import { overlay, toConfig } from "./to_config.ts";

/** Name of the configuration file in the data directory. */
export const CONFIG_FILE_NAME = "mcpp.json";

/** Where the configuration comes from. */
export interface LoadConfigOptions {
  /** Values of flags, by setting path such as `server.port`. @default {{}} */
  readonly flags?: FlagValues | undefined;
  /** Value of `--config`. @default {undefined} `MCPP_CONFIG`, or `mcpp.json` in the data directory */
  readonly configFile?: string | undefined;
  /** Value of `--env-file`. @default {undefined} none */
  readonly envFile?: string | undefined;
  /** Environment variables. @default {readEnv()} */
  readonly env?: Env | undefined;
  /** Where relative paths start. @default {Deno.cwd()} */
  readonly cwd?: string | undefined;
  /** Reads a file. @default {Deno.readTextFile} */
  readonly readTextFile?: ((path: string) => Promise<string>) | undefined;
}

/**
 * Read the configuration from all its sources. For each setting the first of these that has it
 * wins: flag, environment, file of environment variables, configuration file, default.
 *
 * @param options Where it comes from.
 * @returns The configuration, complete and checked.
 * @throws {ConfigError} If anything about it is wrong, with all problems.
 *
 * @example A flag goes before the environment
 * ```ts
 * import { loadConfig } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const config = await loadConfig({
 *   flags: { "server.port": "8080" },
 *   env: { MCPP_PORT: "9090", MCPP_HOST: "::1", HOME: "/nowhere" },
 * });
 * assert.equal(config.server.port, 8080);
 * assert.equal(config.server.host, "::1");
 * ```
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<Config> {
  const { env = readEnv(), cwd = Deno.cwd() } = options;
  const readTextFile = options.readTextFile ?? ((path: string) => Deno.readTextFile(path));
  const problems: ConfigProblem[] = [];
  const reader: Reader = { cwd, readTextFile, problems };

  const envFile = await readEnvFile(options.envFile, reader);
  const fallback = toDefaultLayer(env);
  const above = [
    toFlagLayer(options.flags ?? {}, cwd),
    toEnvLayer(env, cwd),
    toEnvLayer(envFile, cwd, options.envFile),
  ];
  const chosen = options.configFile ?? (env["MCPP_CONFIG"] || envFile["MCPP_CONFIG"]);
  const file = await readConfigFile(
    chosen === undefined || chosen === ""
      ? { path: defaultConfigFile(overlay([...above, fallback])), isExplicit: false }
      : { path: resolve(cwd, chosen), isExplicit: true },
    reader,
  );
  return toConfig([...above, file, fallback], problems);
}

/** What reading needs, and where it reports what is wrong. */
interface Reader {
  readonly cwd: string;
  readonly readTextFile: (path: string) => Promise<string>;
  readonly problems: ConfigProblem[];
}

interface ConfigFile {
  readonly path: string | undefined;
  /** Whether someone named it, so that it has to exist. */
  readonly isExplicit: boolean;
}

function defaultConfigFile(values: Layer): string | undefined {
  const dataDir = values.get("dataDir")?.value;
  return typeof dataDir === "string" && dataDir !== ""
    ? join(dataDir, CONFIG_FILE_NAME)
    : undefined;
}

async function readConfigFile(file: ConfigFile, reader: Reader): Promise<Layer> {
  const none: Layer = new Map();
  if (file.path === undefined) return none;
  const text = await readText(file.path, { reader, isRequired: file.isExplicit });
  if (text === undefined) return none;
  const parsed = parseConfigFile(text, file.path, reader.problems);
  if (parsed === undefined) return none;
  reader.problems.push(...parsed.problems);
  const dataDir = parsed.layer.get("dataDir");
  if (dataDir !== undefined && !file.isExplicit) {
    reader.problems.push({
      path: "dataDir",
      source: file.path,
      got: JSON.stringify(dataDir.value),
      expected: "no data directory in a file that was found in the data directory",
    });
  }
  return parsed.layer;
}

function parseConfigFile(
  text: string,
  path: string,
  problems: ConfigProblem[],
): ObjectLayer | undefined {
  try {
    return toObjectLayer(JSON.parse(text), { source: path, baseDir: dirname(path) });
  } catch (error) {
    problems.push({ path: "", source: path, got: toErrorMessage(error), expected: "JSON" });
    return undefined;
  }
}

async function readEnvFile(path: string | undefined, reader: Reader): Promise<Env> {
  if (path === undefined) return {};
  const text = await readText(resolve(reader.cwd, path), { reader, isRequired: true });
  return text === undefined ? {} : parseEnv(text);
}

interface ReadTextOptions {
  readonly reader: Reader;
  readonly isRequired: boolean;
}

async function readText(path: string, options: ReadTextOptions): Promise<string | undefined> {
  const { reader, isRequired } = options;
  try {
    return await reader.readTextFile(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing && !isRequired) return undefined;
    const got = isMissing ? "no file" : toErrorMessage(error);
    reader.problems.push({ path: "", source: path, got, expected: "a readable file" });
    return undefined;
  }
}
