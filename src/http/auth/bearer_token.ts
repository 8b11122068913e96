/** What may be a token (RFC 6750, section 2.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * The bearer token of a request (RFC 6750). Tokens in the URL are not looked at: URLs end up in logs.
 *
 * @param headers The request's headers.
 * @returns The token; `undefined` if there is none, or something else.
 */
export function readBearerToken(headers: Headers): string | undefined {
  const header = headers.get("authorization");
  return header === null ? undefined : BEARER.exec(header)?.[1];
}
