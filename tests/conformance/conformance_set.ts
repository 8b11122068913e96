/** Scenarios of one release of the official suite that are run together. */
export interface ConformanceSet {
  /** By which it is chosen, and found in the table. */
  readonly name: string;
  /** What is under test: our server over HTTP, the same over libp2p, or our client. */
  readonly subject: "server" | "peer" | "client";
  /** The release of the suite. */
  readonly suite: string;
  /** Which scenarios, in the suite's words. */
  readonly args: readonly string[];
  /** Scenarios that say nothing about the subject. @default {[]} */
  readonly without?: readonly string[];
  /** Scenarios about time, which are run by themselves: clients are run all at once. @default {[]} */
  readonly alone?: readonly string[];
}

/** The newest that is called stable; it knows the legacy era only. */
const STABLE = "npm:@modelcontextprotocol/conformance@0.1.16";
/** The first line that knows 2026-07-28, and checks every message against the schema. */
const NEXT = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";

const REVISIONS = ["2025-11-25", "2026-07-28"] as const;

/** They are about HTTP itself: its headers, sessions and streams. */
const HTTP_ONLY: readonly string[] = [
  "dns-rebinding-protection",
  "http-custom-header-server-validation",
  "http-header-validation",
  "server-session-lifecycle",
  "server-sse-multiple-streams",
  "server-sse-polling",
];

/**
 * What is held to. The requirements of a revision are the scenarios that count for it; those that do
 * not count (extensions, and scenarios that are still pending) are run with them, and recorded too.
 */
export const CONFORMANCE_SETS: readonly ConformanceSet[] = [
  { name: "server-stable", subject: "server", suite: STABLE, args: ["--suite", "active"] },
  ...REVISIONS.map((revision): ConformanceSet => ({
    name: `server-${revision}`,
    subject: "server",
    suite: NEXT,
    args: ["--requirements", revision],
  })),
  ...REVISIONS.map((revision): ConformanceSet => ({
    name: `peer-${revision}`,
    subject: "peer",
    suite: NEXT,
    args: ["--requirements", revision],
    without: HTTP_ONLY,
  })),
  {
    name: "client-stable",
    subject: "client",
    suite: STABLE,
    args: ["--suite", "all"],
    alone: ["sse-retry"],
  },
  {
    name: "client-2025-11-25",
    subject: "client",
    suite: NEXT,
    args: ["--requirements", "2025-11-25"],
    alone: ["sse-retry"],
  },
  {
    name: "client-2026-07-28",
    subject: "client",
    suite: NEXT,
    args: ["--requirements", "2026-07-28"],
  },
];
