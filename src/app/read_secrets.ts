import { type Config, readSecretFile, readSecretText, type SecretFile } from "../config/mod.ts";
import type { Logger } from "../telemetry/mod.ts";

/** What must not be shown. */
export interface Secrets {
  /** Admits peers; `undefined` when none is set. */
  readonly token: string | undefined;
  /** Key of the text endpoint; `undefined` when none is set. */
  readonly textApiKey: string | undefined;
}

/**
 * Read the secrets that a configuration points to.
 *
 * @param config The configuration.
 * @param logger Told about files that others can read.
 * @returns The secrets.
 * @throws {SecretFileError} If a file is missing, unreadable or empty.
 */
export async function readSecrets(config: Config, logger: Logger): Promise<Secrets> {
  const [token, textApiKey] = await Promise.all([
    readIfSet(config.p2p.tokenFile, logger),
    readIfSet(config.text.keyFile, logger),
  ]);
  return { token: token ?? (config.p2p.token || undefined), textApiKey };
}

/**
 * Read a file that holds several secrets.
 *
 * @param path The file.
 * @param logger Told when others can read it.
 * @returns The text.
 * @throws {SecretFileError} If the file is missing, unreadable or empty.
 */
export async function readSecretList(path: string, logger: Logger): Promise<string> {
  return warnOf(path, await readSecretText(path), logger);
}

async function readIfSet(path: string, logger: Logger): Promise<string | undefined> {
  return path === "" ? undefined : warnOf(path, await readSecretFile(path), logger);
}

function warnOf(path: string, { value, warnings }: SecretFile, logger: Logger): string {
  for (const warning of warnings) logger.warn("Secret file is not private", { path, warning });
  return value;
}
