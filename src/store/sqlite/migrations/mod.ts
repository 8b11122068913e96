import { migration as tasks } from "./001_tasks.ts";

/**
 * All steps from an empty database to the present schema, in order. A released step never changes;
 * step `n` leads to `user_version` `n`.
 */
export const MIGRATIONS: readonly string[] = [tasks];
