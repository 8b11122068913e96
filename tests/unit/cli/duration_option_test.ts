import assert from "node:assert/strict";
import { durationOption, formatDuration } from "../../../src/cli/duration_option.ts";

const WEEK_MS = 7 * 86_400_000;

Deno.test("durationOption reads seconds, minutes, hours and days", () => {
  const parse = durationOption({ maxMs: WEEK_MS });
  const cases = [["90s", 90_000], ["10m", 600_000], ["2h", 7_200_000], ["7d", WEEK_MS]] as const;
  for (const [text, ms] of cases) assert.equal(parse(text), ms);
  assert.equal(parse(" 1.5 h "), 5_400_000);
});

Deno.test("durationOption refuses what is no duration, none at all, or too long", () => {
  const parse = durationOption({ maxMs: WEEK_MS });
  for (const text of ["", "10", "m", "10 minutes", "-1m", "0s", "8d", "1e3s", "Infinityd"]) {
    assert.throws(() => parse(text), /Give a duration such as 90s, 10m or 2h, of at most 7 days/);
  }
});

Deno.test("formatDuration takes the largest unit that leaves nothing over", () => {
  const cases = [
    [1_000, "1 second"],
    [90_000, "90 seconds"],
    [60_000, "1 minute"],
    [600_000, "10 minutes"],
    [3_600_000, "1 hour"],
    [86_400_000, "1 day"],
    [WEEK_MS, "7 days"],
  ] as const;
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});
