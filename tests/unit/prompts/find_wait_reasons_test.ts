import assert from "node:assert/strict";
import { findWaitReasons, type WaitFacts } from "../../../src/prompts/find_wait_reasons.ts";
import type { Task } from "../../../src/task/mod.ts";
import { makeTask } from "../worker/make_task.ts";

const NOW_MS = 1_000_000;

function reasons(members: Partial<Task>, facts: Partial<WaitFacts> = {}): string {
  const task = makeTask({ type: "work", status: "queued", lease: null, ...members });
  return findWaitReasons({
    task,
    ownTypes: ["work"],
    workers: [],
    ahead: 0,
    running: 0,
    nowMs: NOW_MS,
    ...facts,
  }).join("\n");
}

Deno.test("findWaitReasons says that nothing holds a task back", () => {
  assert.match(reasons({}), /^Nothing holds it back as far as this node knows/);
});

Deno.test("findWaitReasons tells a late start from a pause after a failed attempt", () => {
  const notBeforeMs = NOW_MS + 90_000;
  assert.equal(reasons({ notBeforeMs }), "It was submitted to start later: in 1 min.");
  const failure = { attempt: 1, atMs: 0, worker: "w", code: "oom", message: "no memory" };
  assert.equal(
    reasons({ notBeforeMs, failures: [failure], attempt: 1 }),
    'Attempt 1 of 3 failed with "oom": "no memory". The next one may begin in 1 min.',
  );
});

Deno.test("findWaitReasons says that nobody takes the type, unless somebody does", () => {
  const worker = { peerId: "p", workerId: "w", lastSeenMs: 0 };
  const ownTypes = ["other"];
  assert.match(
    reasons({}, { ownTypes, workers: [{ ...worker, taskTypes: ["third"] }] }),
    /^No worker that this node knows takes its type "work": this node's worker takes "other", and 1/,
  );
  for (const taskTypes of [["work"], []]) {
    const workers = [{ ...worker, taskTypes }];
    assert.match(reasons({}, { ownTypes, workers }), /^Nothing holds it back/);
  }
});

Deno.test("findWaitReasons names tags, model, preference, crowd and deadline", () => {
  const untilMs = NOW_MS + 5_000;
  assert.match(reasons({ requires: ["gpu", "big"] }), /offers all of these tags.*"gpu", "big"/);
  assert.match(reasons({ model: "llama" }), /asks for the model "llama"/);
  assert.equal(
    reasons({ affinity: { worker: "w", session: "s", untilMs } }),
    'It is kept for the worker "w" in the session "s" for another 5 s.',
  );
  assert.match(reasons({ affinity: { worker: "w", session: null, untilMs: NOW_MS } }), /^Nothing/);
  assert.match(reasons({}, { ahead: 7, running: 2 }), /^7 tasks of its type.*; 2 run now\.$/);
  assert.match(
    reasons({ deadlineAtMs: untilMs }),
    /^Nothing .*\nIt fails unless it is done in 5 s/,
  );
});

Deno.test("findWaitReasons says that a task does not wait", () => {
  const error = { code: "oom", message: "no memory" };
  assert.equal(reasons({ status: "completed" }), "It does not wait: it is completed.");
  assert.equal(
    reasons({ status: "failed", error }),
    'It does not wait: it is failed, "oom": "no memory".',
  );
  const lease = { worker: "w", token: "t", untilMs: NOW_MS + 30_000, isFenced: true };
  assert.equal(
    reasons({ status: "running", lease, updatedAtMs: NOW_MS - 2_000 }),
    'It does not wait: worker "w" runs attempt 1, and gave a sign of life 2 s ago; its lease ends ' +
      "in 30 s unless it is renewed.",
  );
});
