import assert from "node:assert/strict";
import {
  DelayQueue,
  FakeClock,
  runTaskGroup,
  waitForAbort,
} from "../../../../../src/concurrency/mod.ts";
import { MetricsRegistry } from "../../../../../src/telemetry/mod.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import { runWork } from "../../../../../src/mcp/server/engine/run_work.ts";
import {
  codeOf,
  modern,
  resultOf,
  TestExchange,
  textOf,
  toolOf,
  withService,
} from "./engine_fixture.ts";

Deno.test("runWork ends only when the work has really ended, also when the caller has gone", async () => {
  await runTaskGroup(async (group) => {
    const gone = new AbortController();
    const cleanup = Promise.withResolvers<void>();
    let hasEnded = false;
    const running = runWork(async (signal) => {
      await waitForAbort(signal);
      await cleanup.promise;
      hasEnded = true;
      return {};
    }, { name: "work", group, callerGone: gone.signal }).then((outcome) => {
      assert.equal(hasEnded, true);
      return outcome;
    });
    await Promise.resolve();
    gone.abort();
    cleanup.resolve();
    assert.deepEqual(await running, { kind: "cancelled" });
  });
});

Deno.test("runWork begins nothing for a caller that has gone or an owner that is ending", async () => {
  await runTaskGroup(async (group) => {
    const work = () => Promise.reject(new Error("It was begun"));
    const gone = await runWork(work, { name: "a", group, callerGone: AbortSignal.abort() });
    assert.equal(gone.kind, "cancelled");
    group.cancel();
    const callerGone = new AbortController().signal;
    assert.equal((await runWork(work, { name: "b", group, callerGone })).kind, "stopped");
  });
});

Deno.test("runWork tells the failure of the work, and spares its owner", async () => {
  await runTaskGroup(async (group) => {
    const callerGone = new AbortController().signal;
    const outcome = await runWork(() => Promise.reject(new Error("broken")), {
      name: "work",
      group,
      callerGone,
    });
    assert.equal(outcome.kind, "failed");
    assert.equal(group.signal.aborted, false);
  });
});

Deno.test("runWork stops work whose deadline passes, and tells the work why", async () => {
  const clock = new FakeClock();
  await runTaskGroup(async (group) => {
    let reason: unknown;
    const running = runWork(async (signal) => {
      await waitForAbort(signal);
      reason = signal.reason;
      throw signal.reason;
    }, {
      name: "work",
      group,
      callerGone: new AbortController().signal,
      deadlines: new DelayQueue(100, clock),
    });
    await Promise.resolve();
    await clock.advance(100);
    assert.deepEqual(await running, { kind: "timed_out", reason });
    assert.equal((reason as { code: string }).code, "deadline_exceeded");
  });
});

Deno.test("McpService makes a failed call of one that takes too long, and counts it", async () => {
  const clock = new FakeClock();
  const metrics = new MetricsRegistry();
  const began = Promise.withResolvers<void>();
  const tools = createToolTable([
    toolOf("slow", async ({ signal }) => {
      began.resolve();
      await waitForAbort(signal);
      throw signal.reason;
    }),
    toolOf("quick", () => ({})),
  ]);
  await withService({ tools, clock, metrics, callTimeoutMs: 5000 }, async (service) => {
    const answering = service.answer(modern("tools/call", { name: "slow" }), new TestExchange());
    await began.promise;
    await clock.advance(5000);
    const answer = await answering;
    assert.equal(resultOf(answer)["isError"], true);
    assert.match(String(textOf(answer)), /^deadline_exceeded: /);
    resultOf(await service.answer(modern("tools/call", { name: "quick" }), new TestExchange()));
  });
  const exposed = await metrics.expose();
  assert.match(exposed, /mcpp_tool_calls_total\{tool="slow",outcome="deadline_exceeded"\} 1/);
  assert.match(exposed, /mcpp_tool_calls_total\{tool="quick",outcome="ok"\} 1/);
});

Deno.test("McpService answers with an error when another method takes too long", async () => {
  const clock = new FakeClock();
  const began = Promise.withResolvers<void>();
  const provider = {
    templates: [],
    scope: "x:read",
    list: () => Promise.resolve({ resources: [] }),
    read: async (_uri: string, { signal }: { readonly signal: AbortSignal }) => {
      began.resolve();
      await waitForAbort(signal);
      return undefined;
    },
  };
  await withService({ resources: [provider], clock, callTimeoutMs: 5000 }, async (service) => {
    const read = modern("resources/read", { uri: "x:1" });
    const answering = service.answer(read, new TestExchange());
    await began.promise;
    await clock.advance(5000);
    assert.equal(codeOf(await answering), "deadline_exceeded");
  });
});
