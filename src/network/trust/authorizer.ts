import { createHash, timingSafeEqual } from "node:crypto";

/** Who may use this node. Without a token and without peers, nobody may. */
export interface AuthorizerOptions {
  /** The shared secret; an empty one counts as none. @default {undefined} no token is good */
  readonly token?: string | undefined;
  /** Peers that need no token. @default {[]} */
  readonly allowPeers?: readonly string[] | undefined;
}

/** A request for access. */
export interface Credentials {
  /** Who asks, as the handshake has proven. Never what a message says. */
  readonly peerId: string;
  /** What the message has as its token, unchecked. */
  readonly token?: unknown;
}

/** Whether access is granted. */
export type Authorization =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "unauthorized"; readonly message: string };

/** Decides about access. */
export interface Authorizer {
  /**
   * Whether these credentials are good.
   *
   * @param credentials Who asks, and with which token.
   * @returns The decision.
   */
  authorize(credentials: Credentials): Authorization;
}

/**
 * Create the gate of a node that is closed to strangers.
 *
 * A peer id is identity, not permission: only listed peers and holders of the token get in. Tokens
 * are compared in constant time.
 *
 * @param options The token and the listed peers.
 * @returns The gate.
 *
 * @example Two ways in
 * ```ts
 * import { createAuthorizer } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const { authorize } = createAuthorizer({ token: "s3cret", allowPeers: ["12D3Friend"] });
 * assert.equal(authorize({ peerId: "12D3Friend" }).ok, true);
 * assert.equal(authorize({ peerId: "12D3Other", token: "s3cret" }).ok, true);
 * assert.equal(authorize({ peerId: "12D3Other", token: "guess" }).ok, false);
 * ```
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const expected = options.token ? digest(options.token) : undefined;
  const allowed = new Set(options.allowPeers);
  return {
    authorize({ peerId, token }): Authorization {
      if (allowed.has(peerId)) return { ok: true };
      if (expected === undefined) return refuse("this node admits listed peers only", peerId);
      if (typeof token !== "string") return refuse("the request has no token", peerId);
      // Digests have one length, so that not even the length of the token can be measured.
      if (!timingSafeEqual(digest(token), expected)) return refuse("its token is wrong", peerId);
      return { ok: true };
    },
  };
}

function digest(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function refuse(reason: string, peerId: string): Authorization {
  const message = `Cannot serve peer as ${reason}: peer "${peerId}"`;
  return { ok: false, code: "unauthorized", message };
}
