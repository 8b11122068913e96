import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { checkWorkers } from "../../../../src/doctor/step/worker.ts";

const NOW_MS = 1_000_000_000;

function check(raw: JsonObject, timeMs: number | undefined = NOW_MS) {
  return checkWorkers({ peerId: "p", taskTypes: [], models: [], timeMs, raw }, NOW_MS).finding;
}

function workerOf(id: string, types: readonly string[], ageS = 0): JsonObject {
  return {
    "worker_id": id,
    "peer_id": `peer-${id}`,
    "supported_task_types": types,
    "last_seen": NOW_MS / 1_000 - ageS,
  };
}

Deno.test("checkWorkers takes a worker without types for one that takes any", () => {
  const finding = check({
    queue: { "queued_by_type": { a: 1 } },
    scheduler: { "known_workers": [workerOf("w", [])] },
  });
  assert.equal(finding.status, "ok");
  assert.match(finding.message, /w \(any type\)/);
});

Deno.test("checkWorkers does not count a worker that has not been heard of lately", () => {
  const finding = check({ scheduler: { "known_workers": [workerOf("w", ["a"], 121)] } });
  assert.equal(finding.code, "no_worker");
});

Deno.test("checkWorkers goes by the peer's clock", () => {
  const raw = { scheduler: { "known_workers": [workerOf("w", ["a"], 600)] } };
  assert.equal(check(raw, NOW_MS - 600_000).status, "ok");
});

Deno.test("checkWorkers says which tasks wait for nobody", () => {
  const finding = check({
    queue: { "queued_by_type": { a: 1, b: 2 } },
    "local_worker": { "supported_task_types": ["a"] },
  });
  assert.partialDeepStrictEqual(finding, { status: "failed", code: "no_worker_for_type" });
  assert.match(finding.message, /: 2 of type b$/);
});

Deno.test("checkWorkers takes a long list of types for a part of it, as nodes shorten them", () => {
  const types = Array.from({ length: 100 }, (_, index) => `type-${index}`);
  const finding = check({
    queue: { "queued_by_type": { other: 1 } },
    scheduler: { "known_workers": [workerOf("w", types)] },
  });
  assert.equal(finding.status, "ok");
});

Deno.test("checkWorkers keeps little of what a peer says in plenty, and copes with nonsense", () => {
  const types = Array.from({ length: 1_000 }, (_, index) => `${index}-${"x".repeat(1_000)}`);
  const workers = Array.from({ length: 1_000 }, (_, index) => workerOf(`w${index}`, types));
  const finding = check({ scheduler: { "known_workers": [...workers, 7, null, {}] } });
  assert.equal(finding.status, "ok");
  assert.ok(JSON.stringify(finding).length < 100_000, "It is too long");
  assert.equal(check({ scheduler: 7, queue: [], "local_worker": null }).code, "no_worker");
});
