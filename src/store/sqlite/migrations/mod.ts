import { migration as tasks } from "./001_tasks.ts";
import { migration as lanesAndLogs } from "./002_lanes_and_logs.ts";

/**
 * All steps from an empty database to the present schema, in order. A released step never changes;
 * step `n` leads to `user_version` `n`.
 */
export const MIGRATIONS: readonly string[] = [tasks, lanesAndLogs];
