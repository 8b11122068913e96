import type { Invite } from "../../app/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";

/**
 * An invitation, for a program.
 *
 * @param invite The invitation.
 * @returns The invitation as JSON.
 */
export function describeInvite(invite: Invite): JsonObject {
  const { id, roles, name = null, createdMs, expiresMs, usedBy = null } = invite;
  return { id, roles: [...roles], name, createdMs, expiresMs, usedBy };
}
