import assert from "node:assert/strict";
import { FOREIGN, isAvailable } from "./foreign_package.ts";
import { isMissing } from "./is_missing.ts";
import { type McppProcess, startMcpp } from "./mcpp_process.ts";
import { openTempDir, runDeno } from "./run_deno.ts";

const INSPECTOR = "npm:@modelcontextprotocol/inspector@2.12.0";
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

const PRELOAD = `--preload=${new URL("read_clones_apart.ts", import.meta.url).pathname}`;

/** It keeps secrets in the home directory. */
function runInspector(home: string, ...args: string[]) {
  return runDeno([...FOREIGN, PRELOAD, INSPECTOR, "--cli", ...args], { home });
}

const isInspectorMissing = await isMissing(INSPECTOR, () =>
  isAvailable(async () => {
    await using home = await openTempDir();
    return await runInspector(home.path, "--version");
  }));

for (const era of ["legacy", "modern"]) {
  Deno.test({
    name: `the Inspector finds tools, resources and prompts, in the ${era} era`,
    ignore: isInspectorMissing,
    fn: async () => {
      await using node = await startMcpp({ args: ["--no-p2p"] });
      await using home = await openTempDir();
      const ask = (method: string, ...args: string[]) =>
        inspect(node, { home: home.path, era }, ["--method", method, ...args]);
      const call = (tool: string, args: unknown) =>
        ask("tools/call", "--tool-name", tool, "--tool-args-json", JSON.stringify(args));
      const submitted = await call("p2p_taskqueue_submit", ECHO);
      const taskId = submitted.structuredContent["task_id"];
      const waited = await call("p2p_taskqueue_wait_task", { "task_id": taskId });
      const { task } = waited.structuredContent;
      assert.equal(task.status, "completed");
      assert.deepEqual(task.result, { tool: "echo", result: { text: "hi" } });
      const read = await ask("resources/read", "--uri", `task://${taskId}`);
      assert.match(JSON.stringify(read.contents), /completed/);
      const { prompts } = await ask("prompts/list");
      assert.ok(prompts.length > 0);
      const { messages } = await ask("prompts/get", "--prompt-name", "summarize_queue");
      assert.ok(messages.length > 0);
    },
  });
}

Deno.test({
  name: "the Inspector finds the schemas of all tools portable",
  ignore: isInspectorMissing,
  fn: async () => {
    await using node = await startMcpp({ args: ["--no-p2p"] });
    await using home = await openTempDir();
    const where = { home: home.path, era: "modern" };
    const { tools } = await inspect(node, where, ["--strict", "--method", "tools/list"]);
    assert.ok(tools.length > 0);
  },
});

// deno-lint-ignore no-explicit-any -- the shape differs from method to method
async function inspect(node: McppProcess, where: Where, args: readonly string[]): Promise<any> {
  const finished = await runInspector(
    where.home,
    ...[node.ready.url, "--transport", "http", "--protocol-era", where.era, "--format", "json"],
    ...args,
  );
  assert.equal(finished.code, 0, finished.stderr);
  return JSON.parse(finished.stdout).result;
}

interface Where {
  readonly home: string;
  readonly era: string;
}
