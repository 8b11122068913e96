import type { Schema } from "../migrate.ts";
import { migration as session } from "./migrations/001_session.ts";

/** The schema of sessions, which have a file of their own. */
export const SESSION_SCHEMA: Schema = {
  // "mcps" in ASCII.
  applicationId: 0x6d637073,
  migrations: [session],
};
