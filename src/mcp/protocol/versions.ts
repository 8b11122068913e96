/** Revisions without sessions: each request says its own version and what its client can do. */
export const MODERN_VERSIONS: readonly string[] = Object.freeze(["2026-07-28"]);

/** Revisions that begin with `initialize`, newest first. */
export const LEGACY_VERSIONS: readonly string[] = Object.freeze([
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
]);

/** The newest revision that `initialize` can agree on. */
export const NEWEST_LEGACY_VERSION = "2025-11-25";

/**
 * Whether a revision is one without sessions.
 *
 * @param version As a header or a message says it.
 * @returns Whether this program serves it, and without a session.
 */
export function isModernVersion(version: unknown): boolean {
  return typeof version === "string" && MODERN_VERSIONS.includes(version);
}

/**
 * The revision that a session is held in.
 *
 * @param requested What the client would like.
 * @returns That, if it can be had, else the newest; the client may then go away.
 */
export function negotiateLegacyVersion(requested: string): string {
  return LEGACY_VERSIONS.includes(requested) ? requested : NEWEST_LEGACY_VERSION;
}
