import assert from "node:assert/strict";
import type { ClaimCandidate, TaskStore } from "../../../../src/store/mod.ts";
import { claimIds, claimOne, COMPLETED, insert, leaseOf, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** claim: which tasks are for whom. */
export function testSelection(test: Test): void {
  testTypes(test);
  testRunningLimits(test);
  testMayTake(test);
}

function testTypes(test: Test): void {
  test("claim takes any type in one order when it is asked to", async (store) => {
    const b = await insert(store, { type: "b" });
    const delayed = await insert(store, { type: "d", notBeforeMs: 10, priority: 9 });
    const a = await insert(store, { type: "a" });
    const c = await insert(store, { type: "c", priority: 6 });
    assert.deepEqual(await claimIds(store, { types: "any", limit: 2, nowMs: 9 }), [c, b]);
    assert.deepEqual(await claimIds(store, { types: "any", nowMs: 10 }), [delayed, a]);
  });

  test("claim leaves tasks whose tags are not all offered", async (store) => {
    const both = await insert(store, { requires: ["gpu", "linux"] });
    const gpu = await insert(store, { requires: ["gpu"] });
    const none = await insert(store);
    assert.deepEqual(await claimIds(store, { offers: ["linux"], limit: 9 }), [none]);
    assert.deepEqual(await claimIds(store, { offers: ["x", "gpu"] }), [gpu]);
    assert.deepEqual(await claimIds(store, { types: "any", offers: ["linux"] }), []);
    assert.deepEqual(await claimIds(store, { types: "any", offers: ["linux", "gpu"] }), [both]);
  });

  test("claim keeps priority and age across tags and types", async (store) => {
    const fields = [
      { requires: ["gpu"], priority: 4 },
      { type: "other", priority: 9 },
      { requires: ["gpu"], priority: 9 },
      {},
      { requires: ["gpu"] },
    ];
    const ids: string[] = [];
    for (const each of fields) ids.push(await insert(store, each));
    const wish = { types: ["other", "text"], offers: ["gpu"] };
    const order = [1, 2, 3, 4, 0].map((index) => ids[index]);
    assert.deepEqual(await claimIds(store, { ...wish, limit: 2 }), order.slice(0, 2));
    assert.deepEqual(await claimIds(store, wish), order.slice(2));
  });

  test("a task given back or retried is for the same claimers", async (store) => {
    const id = await insert(store, { requires: ["gpu"] });
    const [task] = await store.claim(newClaim({ offers: ["gpu"] }));
    await store.release({ ...leaseOf(task), nowMs: 1, reason: "" });
    assert.deepEqual(await claimIds(store, { nowMs: 1 }), []);
    await store.cancel({ taskId: id, nowMs: 2, reason: "" });
    await store.retry({ taskId: id, nowMs: 3, deadlineAtMs: null });
    assert.deepEqual(await claimIds(store, { nowMs: 3 }), []);
    assert.deepEqual(await claimIds(store, { nowMs: 3, offers: ["gpu"] }), [id]);
  });
}

function testRunningLimits(test: Test): void {
  test("claim lets no more tasks of a type run than it may", async (store) => {
    const first = await claimOne(store);
    for (let count = 0; count < 3; count++) await insert(store);
    const other = await insert(store, { type: "other", priority: 1 });
    const limited = { types: ["text", "other"], maxRunningByType: new Map([["text", 2]]) };
    const [second, ...rest] = await claimIds(store, limited);
    assert.deepEqual(rest, [other]);
    assert.deepEqual(await claimIds(store, limited), []);
    await store.finish({ ...first, nowMs: 1, outcome: COMPLETED });
    const [third, ...none] = await claimIds(store, limited);
    assert.deepEqual(none, []);
    assert.notEqual(third, second);
    assert.deepEqual((await claimIds(store)).length, 1);
  });

  test("claim of any type passes over types that may not run", async (store) => {
    await insert(store, { priority: 10 });
    const other = await insert(store, { type: "other" });
    const maxRunningByType = new Map([["text", 0]]);
    assert.deepEqual(await claimIds(store, { types: "any", maxRunningByType }), [other]);
  });
}

function testMayTake(test: Test): void {
  test("claim asks for each candidate whether it may take it, best first", async (store) => {
    const old = await insert(store, { model: "m", notBeforeMs: 3, nowMs: 3 });
    const mine = await insert(store, { priority: 4 });
    const urgent = await insert(store, { priority: 9, type: "other" });
    const seen: ClaimCandidate[] = [];
    const mayTake = (candidate: ClaimCandidate) => {
      seen.push(candidate);
      return candidate.id === mine;
    };
    const types = ["text", "other"];
    assert.deepEqual(await claimIds(store, { types, mayTake, limit: 1, nowMs: 5 }), [mine]);
    assert.deepEqual(seen, [
      { id: urgent, type: "other", model: "", readyAtMs: 0 },
      { id: old, type: "text", model: "m", readyAtMs: 3 },
      { id: mine, type: "text", model: "", readyAtMs: 0 },
    ]);
    assert.deepEqual(await claimIds(store, { types, nowMs: 5 }), [urgent, old]);
  });

  test("claim stops asking when it has its limit, or no room", async (store) => {
    for (let count = 0; count < 5; count++) await insert(store);
    let asked = 0;
    const mayTake = () => ++asked > 1;
    assert.equal((await claimIds(store, { mayTake, limit: 2 })).length, 2);
    assert.equal(asked, 3);
    const maxRunningByType = new Map([["text", 3]]);
    assert.equal((await claimIds(store, { mayTake, maxRunningByType })).length, 1);
    assert.equal(asked, 4);
  });

  test("claim asks about no more than a thousand candidates", async (store) => {
    await insertMany(store, 1_010);
    const last = await insert(store, { priority: 1 });
    let asked = 0;
    const mayTake = ({ id }: ClaimCandidate) => {
      asked++;
      return id === last;
    };
    assert.deepEqual(await claimIds(store, { mayTake }), []);
    assert.equal(asked, 1_000);
    await claimIds(store, { limit: 20 });
    assert.deepEqual(await claimIds(store, { mayTake }), [last]);
  });
}

async function insertMany(store: TaskStore, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => insert(store)));
}
