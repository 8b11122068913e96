import type { Config } from "./config.ts";

/**
 * The configuration in a form that may be shown: secrets are replaced.
 *
 * @param config The configuration.
 * @returns A copy with "(hidden)" for each secret that is set.
 */
export function describeConfig(config: Config): Config {
  const { p2p, discovery } = config;
  return {
    ...config,
    p2p: { ...p2p, token: hide(p2p.token) },
    discovery: { ...discovery, githubToken: hide(discovery.githubToken) },
  };
}

function hide(secret: string): string {
  return secret === "" ? "" : "(hidden)";
}
