import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/codec/mod.ts";
import {
  createToolCallExecutor,
  ExecutionError,
  type ToolCaller,
} from "../../../src/worker/mod.ts";
import { makeTask } from "./make_task.ts";

function execute(payload: JsonObject, callTool: ToolCaller, progress: JsonObject[] = []) {
  return createToolCallExecutor(callTool).execute(makeTask({ payload }), {
    signal: new AbortController().signal,
    reportProgress: (report) => progress.push(report),
    log: () => {},
  });
}

const echoCaller: ToolCaller = (_name, args, { onProgress }) => {
  onProgress({ progress: 1 });
  return Promise.resolve({ ok: true, result: args });
};

Deno.test("tool.call runs the named tool and returns its result", async () => {
  const progress: JsonObject[] = [];
  const result = await execute({ tool: "echo", args: { text: "hi" } }, echoCaller, progress);
  assert.deepEqual(result, { tool: "echo", result: { text: "hi" } });
  assert.deepEqual(progress, [{ progress: 1 }]);
});

Deno.test("tool.call understands the other names of its members", async () => {
  for (
    const payload of [{ "tool_name": "t", arguments: { a: 1 } }, { name: "t", params: { a: 1 } }]
  ) {
    assert.deepEqual(await execute(payload, echoCaller), { tool: "t", result: { a: 1 } });
  }
});

Deno.test("tool.call refuses a payload without a tool, or with odd arguments, for good", async () => {
  for (const payload of [{}, { tool: " " }, { tool: 1 }, { tool: "t", args: [1] }]) {
    await assert.rejects(execute(payload, echoCaller), (error: unknown) => {
      assert.ok(error instanceof ExecutionError);
      assert.deepEqual([error.code, error.retryable], ["invalid_payload", false]);
      return true;
    });
  }
});

Deno.test("tool.call passes the code of a failing tool on", async () => {
  const failing: ToolCaller = () =>
    Promise.resolve({ ok: false, code: "unknown_tool", message: "no such tool", retryable: false });
  await assert.rejects(execute({ tool: "t" }, failing), (error: unknown) => {
    assert.ok(error instanceof ExecutionError);
    assert.deepEqual([error.code, error.message], ["unknown_tool", "no such tool"]);
    return true;
  });
});
