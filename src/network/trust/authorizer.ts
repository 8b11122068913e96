import { createHash, timingSafeEqual } from "node:crypto";
import type { AllowedPeer } from "./allowed_peer.ts";
import type { Refusal } from "../conduct/refusal.ts";
import { hasRole, MEMBER_ROLES, type Role } from "./role.ts";
import type { TrustList } from "./trust_list.ts";

/** Who may use this node. Without any of these, nobody may. */
export interface AuthorizerOptions {
  /** The shared secret; an empty one counts as none. Gives all roles but `admin`. @default {undefined} no token is good */
  readonly token?: string | undefined;
  /** Peers that the configuration admits. @default {[]} */
  readonly allowPeers?: readonly AllowedPeer[] | undefined;
  /** Peers that were trusted by a command or an invitation, and revoked ones. @default {undefined} none */
  readonly trust?: Pick<TrustList, "get"> | undefined;
  /** Ids under which this node's owner comes; they may do everything. @default {[]} */
  readonly owners?: readonly string[] | undefined;
  /** Whether everybody has all roles but `admin`. @default {false} */
  readonly isOpen?: boolean | undefined;
  /** Told of each refusal. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
}

/** A request for access. */
export interface Credentials {
  /** Who asks, as the handshake has proven. Never what a message says. */
  readonly peerId: string;
  /** What the message has as its token, unchecked. */
  readonly token?: unknown;
  /** What it needs; `any` for any role at all. */
  readonly role: Role | "any";
  /** What it wants, for the log: an operation, a protocol. @default {the role} */
  readonly subject?: string | undefined;
}

/**
 * Whether access is granted. `unauthorized`: the peer may do nothing here. `forbidden`: it may, but
 * not this.
 */
export type Authorization =
  | { readonly ok: true }
  | {
    readonly ok: false;
    readonly code: "unauthorized" | "forbidden";
    readonly message: string;
  };

/** Decides about access. */
export interface Authorizer {
  /**
   * Whether these credentials are good.
   *
   * @param credentials Who asks for what, and with which token.
   * @returns The decision.
   */
  authorize(credentials: Credentials): Authorization;
  /**
   * What a peer may do without showing a token.
   *
   * @param peerId The peer.
   * @returns Its roles; none for a stranger, and for a revoked peer.
   */
  rolesOf(peerId: string): readonly Role[];
}

/**
 * Create the gate of a node that is closed to strangers.
 *
 * A peer id is identity, not permission: only listed peers and holders of the token get in, each to
 * do what its roles say. Tokens are compared in constant time. A revoked peer gets nothing, whatever
 * token it shows.
 *
 * @param options The token and the listed peers.
 * @returns The gate.
 *
 * @example Two ways in
 * ```ts
 * import { createAuthorizer } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const { authorize } = createAuthorizer({
 *   token: "s3cret",
 *   allowPeers: [{ peerId: "12D3Friend", roles: ["submit"] }],
 * });
 * assert.equal(authorize({ peerId: "12D3Friend", role: "submit" }).ok, true);
 * assert.equal(authorize({ peerId: "12D3Friend", role: "work" }).ok, false);
 * assert.equal(authorize({ peerId: "12D3Other", role: "work", token: "s3cret" }).ok, true);
 * assert.equal(authorize({ peerId: "12D3Other", role: "work", token: "guess" }).ok, false);
 * ```
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { trust, isOpen = false, onRefusal } = options;
  const expected = options.token ? digest(options.token) : undefined;
  const fixed = collectFixedRoles(options);

  function rolesOf(peerId: string, listed = trust?.get(peerId)): readonly Role[] {
    if (listed?.isRevoked) return [];
    const granted = fixed.get(peerId) ?? [];
    const open = isOpen ? MEMBER_ROLES : [];
    return [...new Set([...listed?.roles ?? [], ...granted, ...open])];
  }

  function judge({ peerId, token, role }: Credentials): Verdict {
    const listed = trust?.get(peerId);
    if (listed?.isRevoked) {
      return refuse("unauthorized", {
        reason: "revoked",
        because: "it is trusted no more",
        peerId,
      });
    }
    const held = rolesOf(peerId, listed);
    if (hasRole(held, role)) return ACCEPTED;
    const problem = problemOfToken(token, expected);
    if (problem === undefined && hasRole(MEMBER_ROLES, role)) return ACCEPTED;
    if (problem === undefined || held.length > 0) {
      const because = `it has not the role "${role}"`;
      return refuse("forbidden", { reason: "forbidden", because, peerId });
    }
    return refuse("unauthorized", { ...problem, peerId });
  }

  return {
    rolesOf: (peerId) => rolesOf(peerId),
    authorize(credentials): Authorization {
      const { authorization, reason } = judge(credentials);
      const { peerId, role, subject = role } = credentials;
      if (reason !== undefined) onRefusal?.({ peerId, reason, subject });
      return authorization;
    },
  };
}

/** A decision, and the code under which a refusal is counted. */
interface Verdict {
  readonly authorization: Authorization;
  readonly reason?: string | undefined;
}

/** Why not: a code to count it under, and words for the caller. */
interface Problem {
  readonly reason: string;
  readonly because: string;
}

const ACCEPTED: Verdict = { authorization: { ok: true } };

function refuse(
  code: "unauthorized" | "forbidden",
  { reason, because, peerId }: Problem & { readonly peerId: string },
): Verdict {
  const message = `Cannot serve peer as ${because}: peer "${peerId}"`;
  return { authorization: { ok: false, code, message }, reason };
}

function problemOfToken(token: unknown, expected: Uint8Array | undefined): Problem | undefined {
  if (expected === undefined) {
    return { reason: "unauthorized", because: "this node admits listed peers only" };
  }
  if (typeof token !== "string") {
    return { reason: "unauthorized", because: "the request has no token" };
  }
  // Digests have one length, so that not even the length of the token can be measured.
  if (timingSafeEqual(digest(token), expected)) return undefined;
  return { reason: "bad_token", because: "its token is wrong" };
}

function digest(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** What peers have as long as the node runs. */
function collectFixedRoles(options: AuthorizerOptions): ReadonlyMap<string, readonly Role[]> {
  const roles = new Map<string, readonly Role[]>();
  for (const { peerId, roles: more } of options.allowPeers ?? []) {
    roles.set(peerId, [...roles.get(peerId) ?? [], ...more]);
  }
  for (const owner of options.owners ?? []) roles.set(owner, ["admin"]);
  return roles;
}
