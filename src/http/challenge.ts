/** What a challenge may say. */
export interface Challenge {
  /** `invalid_token` or `insufficient_scope`; absent if no credentials came (RFC 6750, section 3). */
  readonly error?: "invalid_token" | "insufficient_scope" | undefined;
  /** The scopes that are needed. */
  readonly scope?: string | undefined;
}

/**
 * The header `WWW-Authenticate` for bearer tokens (RFC 6750, section 3).
 *
 * @param challenge What is wrong.
 * @returns The header's value.
 */
export function toChallenge({ error, scope }: Challenge): string {
  const parameters = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  return parameters.length === 0 ? "Bearer" : `Bearer ${parameters.join(", ")}`;
}

/**
 * Tell in a challenge where a client learns whom to ask for a token (RFC 9728, section 5.1).
 *
 * @param challenge The header's value, without.
 * @param metadataUrl Where.
 * @returns The header's value, with.
 */
export function withResourceMetadata(challenge: string, metadataUrl: string): string {
  if (!/^bearer\b/i.test(challenge) || challenge.includes("resource_metadata=")) return challenge;
  const separator = challenge.length > "Bearer".length ? ", " : " ";
  return `${challenge}${separator}resource_metadata="${metadataUrl}"`;
}
