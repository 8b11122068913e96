import type { Schema } from "../migrate.ts";
import { migration as cache } from "./migrations/001_cache.ts";

/** The schema of the shared cache, which has a file of its own. */
export const CACHE_SCHEMA: Schema = {
  // "mcpc" in ASCII.
  applicationId: 0x6d637063,
  migrations: [cache],
};
