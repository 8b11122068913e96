import type { Config } from "./config.ts";

/**
 * The configuration in a form that may be shown: secrets are replaced.
 *
 * @param config The configuration.
 * @returns A copy with "(hidden)" for each secret that is set.
 */
export function describeConfig(config: Config): Config {
  const { token } = config.p2p;
  return { ...config, p2p: { ...config.p2p, token: token === "" ? "" : "(hidden)" } };
}
