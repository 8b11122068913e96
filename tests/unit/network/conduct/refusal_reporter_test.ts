import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createRefusalNoter, createRefusalReporter } from "../../../../src/network/conduct/mod.ts";
import { FakeLogger } from "../fake_logger.ts";

const REFUSAL = { peerId: "mallory", reason: "unauthorized", subject: "submit" };

function createReporter() {
  const logger = new FakeLogger();
  const clock = new FakeClock();
  const counted: string[] = [];
  const count = (reason: string): void => void counted.push(reason);
  const report = createRefusalReporter({ logger, clock, count });
  const warnings = (): unknown[] => logger.lines.filter(([level]) => level === "warn");
  return { report, logger, clock, counted, warnings };
}

Deno.test("createRefusalReporter counts each refusal, and logs it for debugging", () => {
  const { report, logger, counted } = createReporter();
  for (let count = 0; count < 5; count++) report(REFUSAL);
  assert.deepEqual(counted, Array.from({ length: 5 }, () => "unauthorized"));
  assert.equal(logger.lines.filter(([level]) => level === "debug").length, 5);
});

Deno.test("createRefusalReporter warns once a minute of a peer and a reason", async () => {
  const { report, clock, warnings } = createReporter();
  for (let count = 0; count < 5; count++) report(REFUSAL);
  assert.equal(warnings().length, 1);
  report({ ...REFUSAL, reason: "banned" });
  report({ ...REFUSAL, peerId: "other" });
  assert.equal(warnings().length, 3);
  await clock.advance(60_000);
  report(REFUSAL);
  assert.equal(warnings().length, 4);
});

Deno.test("createRefusalReporter does not let many identities fill the log", async () => {
  const { report, logger, clock, counted, warnings } = createReporter();
  for (let index = 0; index < 1_000; index++) report({ ...REFUSAL, peerId: `sybil ${index}` });
  assert.equal(counted.length, 1_000);
  assert.equal(warnings().length, 60);
  await clock.advance(60_000);
  report(REFUSAL);
  assert.equal(warnings().length, 62);
  const summary = logger.lines.find(([, message]) => message === "More peers were refused");
  assert.deepEqual(summary?.[2], { refusals: 940 });
});

Deno.test("createRefusalReporter tells hosts apart whose peers are not known", () => {
  const { report, warnings } = createReporter();
  const refusal = { peerId: "", reason: "too_many_attempts", subject: "connection" };
  report({ ...refusal, host: "192.0.2.1" });
  report({ ...refusal, host: "192.0.2.2" });
  report({ ...refusal, host: "192.0.2.2" });
  assert.equal(warnings().length, 2);
});

Deno.test("createRefusalNoter tells of refusals, and notes those that are offences", () => {
  const refusals: unknown[] = [];
  const offences: unknown[] = [];
  const note = createRefusalNoter({
    network: { noteOffence: (...offence) => void offences.push(offence) },
    subject: "/test/1",
    onRefusal: (refusal) => refusals.push(refusal),
  });
  note("mallory", "invalid_json");
  note("busy", "too_many_requests");
  assert.deepEqual(refusals, [
    { peerId: "mallory", reason: "invalid_json", subject: "/test/1" },
    { peerId: "busy", reason: "too_many_requests", subject: "/test/1" },
  ]);
  assert.deepEqual(offences, [["mallory", "malformed"]]);
});
