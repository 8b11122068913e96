import { isRole, MEMBER_ROLES, type Role } from "./role.ts";

/** A peer that the configuration admits. */
export interface AllowedPeer {
  /** The peer. */
  readonly peerId: string;
  /** What it may do. */
  readonly roles: readonly Role[];
}

/**
 * The peer that a setting names.
 *
 * @param text A peer id, or with roles such as `12D3KooW...=submit+work`; without, it gets those of
 *   holders of the token.
 * @returns The peer and its roles.
 * @throws {RangeError} If one of them is not a role.
 */
export function parseAllowedPeer(text: string): AllowedPeer {
  const at = text.indexOf("=");
  if (at === -1) return { peerId: text, roles: MEMBER_ROLES };
  const roles = text.slice(at + 1).split("+").map((role) => {
    if (isRole(role)) return role;
    throw new RangeError(`Cannot allow peer as there is no such role: role "${role}"`);
  });
  return { peerId: text.slice(0, at), roles };
}
