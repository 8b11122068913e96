import assert from "node:assert/strict";
import { failAfter, runTaskGroup } from "../../../src/concurrency/mod.ts";
import { bindTool } from "../../../src/mcp/bind_tool.ts";
import { type CallerInput, InputRequiredSignal } from "../../../src/mcp/caller_input.ts";
import { runTool, type ToolResult } from "../../../src/mcp/run_tool.ts";
import { echoTool, failTool, MemoryLogger, Sleeper, TestError } from "./sample_tools.ts";

function callWith(args: unknown, signal = new AbortController().signal) {
  const logger = new MemoryLogger();
  return { args, logger, context: { signal, reportProgress: () => {} } };
}

function textOf({ content }: ToolResult): string {
  return String(content[0]?.["text"]);
}

Deno.test("runTool gives the result as structure and as text", async () => {
  const call = callWith({ text: "hi" });
  assert.deepEqual(await runTool(bindTool(echoTool, undefined), call), {
    structuredContent: { text: "hi" },
    content: [{ type: "text", text: "hi" }],
    isError: false,
  });
});

Deno.test("runTool makes a result of the tool's failure, with its code and hint", async () => {
  const call = callWith({ how: "known" });
  const result = await runTool(bindTool(failTool, undefined), call);
  const message = "Cannot print as there is no paper";
  assert.deepEqual(result.structuredContent, {
    ok: false,
    error: message,
    code: "out_of_paper",
    hint: "Put paper in",
  });
  assert.deepEqual(textOf(result), `out_of_paper: ${message} (Put paper in)`);
  assert.equal(result.isError, true);
  assert.deepEqual(call.logger.failures, []);
});

Deno.test("runTool says nothing of a bug to the caller, and all to the log", async () => {
  const call = callWith({ how: "bug" });
  const result = await runTool(bindTool(failTool, undefined), call);
  assert.doesNotMatch(JSON.stringify(result), /hunter2/);
  assert.match(textOf(result), /^internal_error: /);
  const [line] = call.logger.lines;
  assert.equal(line?.level, "error");
  assert.match(String(line?.fields?.["error"]), /hunter2/);
});

Deno.test("runTool takes an error out of the task group that it came through", async () => {
  const run = () =>
    runTaskGroup((group) => {
      group.spawn("child", () => Promise.reject(new TestError("Cannot print")));
      return { text: "" };
    });
  const result = await runTool(bindTool({ ...echoTool, run }, undefined), callWith({ text: "" }));
  assert.match(textOf(result), /^out_of_paper: /);
});

Deno.test("runTool makes a result of a deadline that the tool has set itself", async () => {
  const run = () => failAfter(0, () => Promise.resolve({ text: "" }));
  const result = await runTool(bindTool({ ...echoTool, run }, undefined), callWith({ text: "" }));
  assert.match(textOf(result), /^deadline_exceeded: /);
});

Deno.test("runTool throws the signal's reason when the call is cancelled", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const sleeper = new Sleeper();
  const running = runTool(bindTool(sleeper.tool, undefined), callWith({}, controller.signal));
  await sleeper.started;
  controller.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  const late = runTool(bindTool(echoTool, undefined), callWith({ text: "" }, controller.signal));
  await assert.rejects(late, (error) => error === reason);
});

Deno.test("runTool gives the blocks that the tool has made, and no structure if it has none", async () => {
  const content = [{ type: "image", data: "AA==", mimeType: "image/png" }];
  const tool = {
    ...bindTool(echoTool, undefined),
    run: () => Promise.resolve({ value: undefined, text: "unused", content }),
  };
  assert.deepEqual(await runTool(tool, callWith({})), { content, isError: false });
});

Deno.test("runTool lets a question to the caller through, also from a task group", async () => {
  const input: CallerInput = {
    answers: {},
    state: undefined,
    capabilities: {},
    require: (required) => {
      throw new InputRequiredSignal(required);
    },
  };
  const run = () => {
    return runTaskGroup((group) => {
      group.spawn("child", () => input.require({ questions: {} }));
      return { text: "" };
    });
  };
  const running = runTool(bindTool({ ...echoTool, run }, undefined), callWith({ text: "" }));
  await assert.rejects(running, InputRequiredSignal);
});
