import type { CryptoKey, JWSAlgorithm, JWTPayload, JWTVerifyGetKey } from "jose";
import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import {
  type AuthDecision,
  type Authenticator,
  INVALID_TOKEN,
  NO_CREDENTIALS,
} from "./authenticator.ts";
import { readBearerToken } from "./bearer_token.ts";
import { findJwksUrl } from "./find_jwks_url.ts";
import { requireSecureUrl } from "./secure_url.ts";

/** Options of {@linkcode createJwtAuthenticator}. */
export interface JwtAuthenticatorOptions {
  /** URL of the authorization server, exactly as it writes it into its tokens. */
  readonly issuer: string;
  /** What tokens must be meant for: the URL of the MCP endpoint as clients know it, or several. */
  readonly audience: string | readonly string[];
  /** Where the server's keys are. @default as the server's metadata say */
  readonly jwksUrl?: string | undefined;
  /** Accepted signatures; never `none`. @default all that use a pair of keys */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the clocks of the two servers may be apart. @default {30000} */
  readonly clockToleranceMs?: number | undefined;
  /** How long keys are not asked for again, be it for one that is unknown or as they could not be had. @default {5000} */
  readonly retryAfterMs?: number | undefined;
  /** Fetches metadata and keys. @default {fetch} */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Told why tokens are refused. */
  readonly logger: Logger;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** A shared secret is no proof of who signed, so none of the HMAC family. */
const ASYMMETRIC = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

const RETRY_AFTER_MS = 5_000;

const UNAVAILABLE: AuthDecision = Object.freeze({
  ok: false,
  code: "unavailable",
  message: "Cannot check the bearer token as the keys of its issuer cannot be had now",
});

/**
 * Let the holders of access tokens in that an OAuth 2.1 authorization server has signed (RFC 9068,
 * RFC 7519). Signature, issuer, audience and times are checked; `scope` (or `scp`) is what its holder
 * may do, `sub` (or `client_id`) who that is.
 *
 * @param options Whose tokens, and what they must be meant for.
 * @returns What asks for such a token. It loads its package, and the keys, with the first one.
 * @throws {TypeError} If a URL is malformed, or is not https and not on this machine.
 *
 * @example Tokens of one authorization server
 * ```ts
 * import { createJwtAuthenticator } from "../mod.ts";
 * import { getLogger } from "../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const authenticator = createJwtAuthenticator({
 *   issuer: "https://login.example",
 *   audience: "https://node.example/mcp",
 *   logger: getLogger("http"),
 * });
 * const decision = await authenticator.authenticate(new Request("https://node.example/mcp"));
 * assert.equal(decision.ok, false);
 * ```
 */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  requireSecureUrl("issuer", options.issuer);
  if (options.jwksUrl !== undefined) requireSecureUrl("jwksUrl", options.jwksUrl);
  const keys = new IssuerKeys(options);
  return {
    authenticate(request) {
      const token = readBearerToken(request.headers);
      if (token === undefined) return NO_CREDENTIALS;
      // Whatever has not the form of a JWT is not worth a package.
      return token.split(".").length === 3 ? verify(token, { keys, options }) : INVALID_TOKEN;
    },
  };
}

async function verify(
  token: string,
  { keys, options }: { readonly keys: IssuerKeys; readonly options: JwtAuthenticatorOptions },
): Promise<AuthDecision> {
  const { issuer, audience, algorithms = ASYMMETRIC, clockToleranceMs = 30_000 } = options;
  const { logger, clock = systemClock } = options;
  try {
    const { jwtVerify } = await import("jose");
    const { payload } = await jwtVerify(token, await keys.get(), {
      issuer,
      audience: typeof audience === "string" ? audience : [...audience],
      algorithms: algorithms as JWSAlgorithm[],
      clockTolerance: clockToleranceMs / 1000,
      currentDate: new Date(clock.now()),
      requiredClaims: ["exp"],
    });
    const id = [payload.sub, payload["client_id"]].find(isNonEmpty);
    if (id === undefined) return INVALID_TOKEN;
    return { ok: true, principal: { id, scopes: readScopes(payload) } };
  } catch (error) {
    if (error instanceof KeysUnavailableError) {
      logger.warn("Keys of the authorization server cannot be had", { issuer, error: error.cause });
      return UNAVAILABLE;
    }
    logger.debug("Access token is refused", { issuer, error });
    return INVALID_TOKEN;
  }
}

function readScopes(payload: JWTPayload): readonly string[] {
  const scopes = payload["scope"] ?? payload["scp"];
  if (typeof scopes === "string") return scopes.split(" ").filter(isNonEmpty);
  return Array.isArray(scopes) ? scopes.filter(isNonEmpty) : [];
}

function isNonEmpty(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** The token may be good; it cannot be told now. */
class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** The keys of an issuer: found with the first token, fetched anew when an unknown one is asked for. */
class IssuerKeys {
  readonly #options: JwtAuthenticatorOptions;
  readonly #clock: Clock;
  #keys: Promise<JWTVerifyGetKey<CryptoKey>> | undefined;
  #failedAtMs = -Infinity;
  #failure: unknown;

  constructor(options: JwtAuthenticatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** What finds the key of a token. @throws {KeysUnavailableError} */
  async get(): Promise<JWTVerifyGetKey<CryptoKey>> {
    // Without the pause, everybody could make this server ask the other one as often as they like.
    const { retryAfterMs = RETRY_AFTER_MS } = this.#options;
    if (this.#clock.monotonicMs() - this.#failedAtMs < retryAfterMs) {
      throw new KeysUnavailableError("Keys could not be had", { cause: this.#failure });
    }
    try {
      this.#keys ??= this.#open();
      return await this.#keys;
    } catch (error) {
      this.#keys = undefined;
      throw this.#note(error);
    }
  }

  async #open(): Promise<JWTVerifyGetKey<CryptoKey>> {
    const { issuer, fetch: fetchIt = fetch, retryAfterMs = RETRY_AFTER_MS } = this.#options;
    const jwksUrl = this.#options.jwksUrl ?? await findJwksUrl(issuer, { fetch: fetchIt });
    const { createRemoteJWKSet, customFetch, errors } = await import("jose");
    const keys = createRemoteJWKSet(new URL(jwksUrl), {
      [customFetch]: fetchIt,
      cooldownDuration: retryAfterMs,
    });
    return async (header, token) => {
      try {
        return await keys(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey) throw error;
        if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        if (error instanceof errors.JOSENotSupported) throw error;
        throw this.#note(error);
      }
    };
  }

  #note(error: unknown): KeysUnavailableError {
    this.#failedAtMs = this.#clock.monotonicMs();
    this.#failure = error;
    return new KeysUnavailableError("Keys could not be had", { cause: error });
  }
}
