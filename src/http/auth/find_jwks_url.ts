import { requireSecureUrl } from "./secure_url.ts";

/** How long an authorization server may take to answer. */
const TIMEOUT_MS = 5_000;
/** Metadata are a page of text; nobody has this much. */
const MAX_METADATA_CHARACTERS = 256 * 1024;

/** Options of {@linkcode findJwksUrl}. */
export interface FindJwksUrlOptions {
  /** Fetches the metadata. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Ask an authorization server where its keys are: its own metadata (RFC 8414), or those of OpenID
 * Connect Discovery.
 *
 * @param issuer The server's URL.
 * @param options How to ask.
 * @returns The URL of its keys.
 * @throws {Error} If none of its metadata can be had, or they are about another issuer.
 */
export async function findJwksUrl(issuer: string, options: FindJwksUrlOptions): Promise<string> {
  const failures: unknown[] = [];
  for (const url of toMetadataUrls(issuer)) {
    try {
      const metadata = await fetchMetadata(url, options);
      return readJwksUrl(metadata, issuer);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `Cannot find keys: issuer "${issuer}"`);
}

function toMetadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    ...(path === "" ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ];
}

async function fetchMetadata(url: string, options: FindJwksUrlOptions): Promise<unknown> {
  const response = await options.fetch(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot get metadata: status ${response.status}, "${url}"`);
  if (text.length > MAX_METADATA_CHARACTERS) throw new Error(`Metadata are too long: "${url}"`);
  return JSON.parse(text);
}

function readJwksUrl(metadata: unknown, issuer: string): string {
  const { issuer: named, "jwks_uri": jwksUrl } = Object(metadata);
  // RFC 8414, section 3.3: else one server could speak for another.
  if (named !== issuer) throw new Error(`Metadata are those of another issuer: "${named}"`);
  if (typeof jwksUrl !== "string") throw new Error("Metadata name no keys");
  requireSecureUrl("jwks_uri", jwksUrl);
  return jwksUrl;
}
