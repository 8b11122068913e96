import assert from "node:assert/strict";
import type { StepReport } from "../../../src/app/mod.ts";
import { ReportPrinter } from "../../../src/cli/doctor/report_printer.ts";

const MULTIADDR =
  "/ip4/192.0.2.1/tcp/9710/p2p/12D3KooWGRUVH6JbZ6E9oJzrUuWBUx6nqVMCGk3fSQMY7XDEVcGC";

function print(steps: readonly StepReport[], columns?: number): string {
  const lines: string[] = [];
  const printer = new ReportPrinter({ write: (text) => lines.push(text), columns });
  printer.begin(MULTIADDR);
  for (const step of steps) printer.note(step);
  const ok = !steps.some(({ status }) => status === "failed");
  printer.end({ ok, multiaddr: MULTIADDR, peerId: undefined, steps });
  return lines.join("\n");
}

const DIAL: StepReport = { step: "dial", status: "ok", message: "It answers", durationMs: 1 };

Deno.test("ReportPrinter prints each step, and what to do, below each other", () => {
  const skew: StepReport = {
    step: "clock_skew",
    status: "warning",
    message: "20 s off",
    code: "clock_skew",
    hint: "Set it",
    durationMs: 1,
  };
  assert.equal(
    print([DIAL, skew]),
    [
      `The node at ${MULTIADDR}`,
      "",
      "  ✓ dial           It answers",
      "  ! clock skew     20 s off",
      "                   → Set it",
      "",
      "It works, with a warning",
    ].join("\n"),
  );
});

Deno.test("ReportPrinter prints together what was passed over for one reason", () => {
  const skipped = (step: StepReport["step"], message: string): StepReport => {
    return { step, status: "skipped", message, durationMs: 0 };
  };
  const failed: StepReport = { ...DIAL, status: "failed", code: "connection_refused" };
  const text = print([
    skipped("bind", "Not here"),
    skipped("announce", "Not here"),
    skipped("resolve", "No name"),
    failed,
    skipped("handshake", "It needs dial"),
    skipped("protocol", "It needs dial"),
  ]);
  assert.deepEqual(text.split("\n").slice(2), [
    "  – bind, announce",
    "                   Not here",
    "  – resolve        No name",
    "  ✗ dial           It answers",
    "  – handshake, protocol",
    "                   It needs dial",
    "",
    "It fails at dial [connection_refused]",
  ]);
});

Deno.test("ReportPrinter breaks lines between words, and never an address", () => {
  const message = `It says ${MULTIADDR}, and then some more words that do not fit`;
  const lines = print([{ ...DIAL, message }], 70).split("\n").slice(2, -2);
  assert.deepEqual(lines, [
    "  ✓ dial           It says",
    `                   ${MULTIADDR},`,
    "                   and then some more words that do not fit",
  ]);
});

Deno.test("ReportPrinter is content when everything works", () => {
  assert.match(print([DIAL]), /\n\nEverything works$/);
});
