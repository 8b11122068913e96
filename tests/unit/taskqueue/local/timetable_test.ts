import assert from "node:assert/strict";
import fc from "fast-check";
import { Timetable } from "../../../../src/taskqueue/local/timetable.ts";

Deno.test("Timetable does what is due, in order", () => {
  const timetable = new Timetable(10);
  const done: string[] = [];
  for (const [key, atMs] of [["c", 30], ["a", 10], ["b", 20]] as const) {
    timetable.set(key, atMs, () => done.push(key));
  }
  assert.equal(timetable.nextMs, 10);
  timetable.runDue(20);
  assert.deepEqual(done, ["a", "b"]);
  assert.equal(timetable.nextMs, 30);
});

Deno.test("Timetable may be changed by what it does", () => {
  const timetable = new Timetable(10);
  const done: number[] = [];
  const again = (nowMs: number): void => {
    done.push(nowMs);
    if (done.length < 3) timetable.set("a", nowMs + 1, again);
  };
  timetable.set("a", 1, again);
  timetable.runDue(1);
  assert.deepEqual(done, [1]);
  timetable.runDue(2);
  timetable.runDue(3);
  assert.deepEqual(done, [1, 2, 3]);
  assert.equal(timetable.nextMs, Infinity);
});

Deno.test("Timetable has room for so many, and frees what is done or deleted", () => {
  const timetable = new Timetable(2);
  const nothing = () => {};
  assert.equal(timetable.set("a", 1, nothing), true);
  assert.equal(timetable.set("b", 2, nothing), true);
  assert.equal(timetable.set("c", 3, nothing), false);
  assert.equal(timetable.set("a", 4, nothing), true);
  timetable.delete("b");
  assert.equal(timetable.set("c", 3, nothing), true);
  timetable.runDue(4);
  assert.equal(timetable.set("d", 5, nothing), true);
});

/** Sets, replacements and deletions of a few keys, at any times. */
const changes = fc.array(
  fc.record({
    key: fc.constantFrom(..."abcdefgh"),
    atMs: fc.nat({ max: 50 }),
    isSet: fc.boolean(),
  }),
  { maxLength: 400 },
);

Deno.test("Timetable agrees with a plain list, whatever is changed", () => {
  fc.assert(fc.property(changes, (all) => {
    const timetable = new Timetable(100);
    const expected = new Map<string, number>();
    const done: (readonly [string, number])[] = [];
    for (const { key, atMs, isSet } of all) {
      if (isSet) {
        timetable.set(key, atMs, () => done.push([key, atMs]));
        expected.set(key, atMs);
      } else {
        timetable.delete(key);
        expected.delete(key);
      }
      assert.equal(timetable.nextMs, Math.min(Infinity, ...expected.values()));
    }
    timetable.runDue(50);
    const times = done.map(([, atMs]) => atMs);
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
    assert.deepEqual(new Map(done), expected);
    assert.equal(done.length, expected.size);
  }));
});
