import { type Config, readSecretFile } from "../config/mod.ts";
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

async function readIfSet(path: string, logger: Logger): Promise<string | undefined> {
  if (path === "") return undefined;
  const { value, warnings } = await readSecretFile(path);
  for (const warning of warnings) logger.warn("Secret file is not private", { path, warning });
  return value;
}
