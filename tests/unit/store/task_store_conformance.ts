import type { TaskStore } from "../../../src/store/mod.ts";
import { testAffinity } from "./conformance/affinity.ts";
import { testCancellation } from "./conformance/cancellation.ts";
import { testClaims } from "./conformance/claims.ts";
import { testExpiry } from "./conformance/expiry.ts";
import { testFinish } from "./conformance/finish.ts";
import { testLeases } from "./conformance/leases.ts";
import { testLogs } from "./conformance/logs.ts";
import { testRetry } from "./conformance/retry.ts";
import { testSelection } from "./conformance/selection.ts";
import { testSubmission } from "./conformance/submission.ts";
import type { Test } from "./conformance/test.ts";
import { testUpkeep } from "./conformance/upkeep.ts";

export { newClaim, newTask } from "./conformance/new_task.ts";

/** Runs a test body with an empty store, and closes it. */
export type WithStore = (body: (store: TaskStore) => Promise<void>) => Promise<void>;

const PARTS = [
  testSubmission,
  testClaims,
  testSelection,
  testAffinity,
  testLeases,
  testLogs,
  testFinish,
  testCancellation,
  testRetry,
  testExpiry,
  testUpkeep,
];

/**
 * What every adapter of the `TaskStore` port must do.
 *
 * @param name The adapter, for the titles.
 * @param withStore Opens an empty store for one test.
 */
export function testTaskStore(name: string, withStore: WithStore): void {
  const test: Test = (title, body) => Deno.test(`${name} ${title}`, () => withStore(body));
  for (const testPart of PARTS) testPart(test);
}
