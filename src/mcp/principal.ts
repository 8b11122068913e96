/** On whose behalf a request is made, as far as whoever listens has found out. */
export interface Principal {
  /** What identifies it, such as a token's name, a token's subject, or a peer id. */
  readonly id: string;
  /**
   * What it may do: `<family>:read`, `<family>:write`, `<family>:*`, or `*` for everything. A family is
   * that of a tool, such as `tasks`.
   */
  readonly scopes: readonly string[];
}

/** Whoever asks where nobody has to say who they are: this machine's user. */
export const ANONYMOUS: Principal = { id: "", scopes: ["*"] };

/**
 * Whether a principal may do something.
 *
 * @param principal Who.
 * @param scope What, as `<family>:<read or write>`.
 * @returns Whether one of its scopes covers that.
 */
export function hasScope({ scopes }: Principal, scope: string): boolean {
  const family = scope.slice(0, scope.indexOf(":"));
  return scopes.some((held) => held === "*" || held === scope || held === `${family}:*`);
}
