import { sha256Hex } from "../../codec/mod.ts";
import type { Principal } from "../../mcp/server/mod.ts";
import { type Authenticator, INVALID_TOKEN, NO_CREDENTIALS } from "./authenticator.ts";
import { readBearerToken } from "./bearer_token.ts";

/** A token that lets its holder in. */
export type AccessToken =
  & {
    /** Identifies its holder in logs and limits; not secret. */
    readonly name: string;
    /** What its holder may do, such as `tasks:read`, or `*` for everything. */
    readonly scopes: readonly string[];
  }
  & (
    | {
      /** The token. */
      readonly token: string;
    }
    | {
      /** The token's SHA-256 in hexadecimal, so that the token itself need not be kept. */
      readonly sha256: string;
    }
  );

const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * Let the holders of certain tokens in. How long a look takes tells nothing of the tokens: it compares
 * hashes, all of them, each in constant time.
 *
 * @param tokens The tokens.
 * @returns What asks for one of them.
 * @throws {TypeError} If a hash is malformed, or there is no token.
 *
 * @example One token that may do everything
 * ```ts
 * import { createTokenAuthenticator } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const authenticator = createTokenAuthenticator([
 *   { name: "alice", token: "correct-horse-battery", scopes: ["*"] },
 * ]);
 * const request = new Request("http://localhost/", {
 *   headers: { authorization: "Bearer correct-horse-battery" },
 * });
 * const decision = await authenticator.authenticate(request);
 * assert.equal(decision.ok && decision.principal.id, "alice");
 * ```
 */
export function createTokenAuthenticator(tokens: readonly AccessToken[]): Authenticator {
  if (tokens.length === 0) {
    throw new TypeError("Cannot authenticate by tokens as there is none");
  }
  const holders = tokens.map((token): Holder => ({
    hash: toHash(token),
    principal: Object.freeze({ id: token.name, scopes: token.scopes }),
  }));
  return {
    authenticate(request) {
      const token = readBearerToken(request.headers);
      if (token === undefined) return NO_CREDENTIALS;
      const principal = find(holders, token);
      return principal === undefined ? INVALID_TOKEN : { ok: true, principal };
    },
  };
}

interface Holder {
  readonly hash: string;
  readonly principal: Principal;
}

function find(holders: readonly Holder[], token: string): Principal | undefined {
  const hash = sha256Hex(token);
  let found: Principal | undefined;
  // To the end, also once one is found.
  for (const holder of holders) {
    if (isSameHash(holder.hash, hash)) found ??= holder.principal;
  }
  return found;
}

/** In constant time. The platform's own comparison needs bytes, which costs more than the comparison. */
function isSameHash(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}

function toHash(token: AccessToken): string {
  if ("token" in token) return sha256Hex(token.token);
  if (SHA256.test(token.sha256)) return token.sha256.toLowerCase();
  throw new TypeError(
    `Cannot authenticate by token as its hash is not 64 hexadecimal digits: token "${token.name}"`,
  );
}
