/**
 * What a peer may be allowed to do. `admin` may do everything that the others may.
 *
 * | Role     | Lets a peer                                                             |
 * | -------- | ----------------------------------------------------------------------- |
 * | `submit` | submit tasks, and look at, wait for, cancel and retry them              |
 * | `work`   | claim tasks, and renew, report and release what it has claimed          |
 * | `tools`  | see and call the tools that this node offers to peers, also over MCP    |
 * | `cache`  | read and write the shared cache                                         |
 * | `admin`  | all of these                                                            |
 */
export type Role = "submit" | "work" | "tools" | "cache" | "admin";

/** All roles. */
export const ROLES: readonly Role[] = ["submit", "work", "tools", "cache", "admin"];

/** What holders of the shared token may do, and everybody in an open swarm, as in older nodes. */
export const MEMBER_ROLES: readonly Role[] = ["submit", "work", "tools", "cache"];

/**
 * Whether some roles suffice.
 *
 * @param held What a peer has.
 * @param needed What it needs; `any` for any role at all.
 * @returns Whether it may.
 */
export function hasRole(held: readonly Role[], needed: Role | "any"): boolean {
  if (needed === "any") return held.length > 0;
  return held.includes(needed) || held.includes("admin");
}

/**
 * Whether a text is a role.
 *
 * @param text Anything.
 * @returns Whether it is one.
 */
export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}
