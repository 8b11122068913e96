import assert from "node:assert/strict";
import fc from "fast-check";
import fixture from "../../../../fixtures/registry/comment.json" with { type: "json" };
import {
  parseNaiveTime,
  toNaiveTime,
} from "../../../../../src/network/discovery/registry/naive_time.ts";

const WHOLE_MS = Date.parse("2026-02-13T23:58:00Z");

Deno.test("toNaiveTime() writes as Python does: UTC without a zone, microseconds if there are any", () => {
  assert.equal(toNaiveTime(WHOLE_MS), "2026-02-13T23:58:00");
  assert.equal(toNaiveTime(WHOLE_MS + 7), "2026-02-13T23:58:00.007000");
  assert.equal(toNaiveTime(WHOLE_MS + 123.456), "2026-02-13T23:58:00.123456");
  assert.equal(toNaiveTime(WHOLE_MS + 999.9999), "2026-02-13T23:58:01");
});

Deno.test("toNaiveTime() writes only forms that Python's reader accepts", () => {
  const forms = fixture.lastSeen.filter(({ isAccepted }) => isAccepted).map(({ form }) =>
    toForm(form)
  );
  const anyTime = fc.integer({ min: 0, max: 4_102_444_800_000 });
  fc.assert(fc.property(anyTime, (epochMs) => {
    assert.ok(forms.includes(toForm(toNaiveTime(epochMs))));
  }));
});

Deno.test("parseNaiveTime() reads every time as UTC, with or without a zone", () => {
  for (const text of ["2026-02-13T23:58:00", "2026-02-13 23:58:00", "2026-02-14T01:58:00+02:00"]) {
    assert.equal(parseNaiveTime(text), WHOLE_MS);
  }
  assert.equal(parseNaiveTime("2026-02-13T23:58:00.5Z"), WHOLE_MS + 500);
  assert.equal(Math.round(parseNaiveTime("2026-02-13T23:58:00.123456") ?? 0), WHOLE_MS + 123);
});

Deno.test("parseNaiveTime() reads back what toNaiveTime() writes", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (epochMs) => {
    assert.equal(Math.round(parseNaiveTime(toNaiveTime(epochMs)) ?? 0), epochMs);
  }));
});

Deno.test("parseNaiveTime() knows nothing else", () => {
  for (
    const text of [
      "",
      "yesterday",
      "1700000000",
      "2026-02-13",
      "2026-13-01T00:00:00",
      "2026-02-13T25:00:00",
      " 2026-02-13T23:58:00",
    ]
  ) {
    assert.equal(parseNaiveTime(text), undefined, text);
  }
});

function toForm(text: string): string {
  return text.replaceAll(/\d/g, "0");
}
