/**
 * The operations of the task queue protocol, each in a file of its own, and the one table that finds
 * them by name.
 *
 * @module
 */

import { cacheDelete } from "./cache_delete.ts";
import { cacheGet } from "./cache_get.ts";
import { cacheHas } from "./cache_has.ts";
import { cacheSet } from "./cache_set.ts";
import { callTool } from "./call_tool.ts";
import { cancel } from "./cancel.ts";
import { claim } from "./claim.ts";
import { claimMany } from "./claim_many.ts";
import { complete } from "./complete.ts";
import { completeMany } from "./complete_many.ts";
import { counts } from "./counts.ts";
import { get } from "./get.ts";
import { heartbeat } from "./heartbeat.ts";
import { list } from "./list.ts";
import type { Op } from "./op.ts";
import { progress } from "./progress.ts";
import { release } from "./release.ts";
import { renew } from "./renew.ts";
import { retry } from "./retry.ts";
import { status } from "./status.ts";
import { submit } from "./submit.ts";
import { submitMany } from "./submit_many.ts";
import { wait } from "./wait.ts";
import { watch } from "./watch.ts";

/** All operations. */
export const OPS = [
  submit,
  submitMany,
  get,
  list,
  wait,
  watch,
  counts,
  claim,
  claimMany,
  complete,
  completeMany,
  renew,
  progress,
  release,
  cancel,
  retry,
  status,
  heartbeat,
  callTool,
  cacheGet,
  cacheHas,
  cacheSet,
  cacheDelete,
] as const satisfies readonly Op<unknown>[];

/** The operations by their names and aliases. Each takes back what its own `parse` gave. */
export const OPS_BY_NAME: ReadonlyMap<string, Op<unknown>> = new Map(
  OPS.flatMap((op) => op.names.map((name): [string, Op<unknown>] => [name, op])),
);
