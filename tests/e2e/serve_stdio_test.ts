import assert from "node:assert/strict";
import { openTempDir } from "./run_deno.ts";
import { startStdioClient } from "./stdio_client.ts";
import { runMcpp } from "./mcpp_process.ts";

const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

for (const mode of ["legacy", "auto"] as const) {
  Deno.test(`mcpp serve --stdio serves the official client, in ${mode} mode`, async () => {
    await using home = await openTempDir();
    const args = ["serve", "--stdio", "--no-p2p", "--data-dir", `${home.path}/data`];
    await using started = await startStdioClient(args, { mode });
    const { client } = started;
    assert.equal(client.getProtocolEra(), mode === "legacy" ? "legacy" : "modern");
    assert.equal(client.getServerVersion()?.name, "mcpp");
    const submitted = await client.callTool({ name: "p2p_taskqueue_submit", arguments: ECHO });
    const { "task_id": taskId } = submitted.structuredContent as { "task_id": string };
    const waited = await client.callTool({
      name: "p2p_taskqueue_wait_task",
      arguments: { "task_id": taskId },
    });
    const { task } = waited.structuredContent as { task: { result: unknown } };
    assert.deepEqual(task.result, { tool: "echo", result: { text: "hi" } });
    const read = await client.readResource({ uri: `task://${taskId}` });
    assert.match(JSON.stringify(read.contents), /completed/);
  });
}

Deno.test("mcpp serve --stdio keeps to the limits that HTTP has", async () => {
  await using home = await openTempDir();
  const limits = ["--max-body-bytes", "4096", "--max-result-bytes", "1024"];
  const params = (text: string) => ({ name: "echo", arguments: { text } });
  const { code, stdout, stderr } = await runMcpp(
    ["serve", "--stdio", "--no-p2p", "--data-dir", `${home.path}/data`, ...limits],
    {
      stdin: [1_000, 5_000].map((length, id) =>
        JSON.stringify({
          jsonrpc: "2.0",
          id,
          method: "tools/call",
          params: params("x".repeat(length)),
        })
      ).join("\n"),
    },
  );
  assert.equal(code, 0, stderr);
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const codes = new Map(answers.map(({ id, error }) => [id, error.data.code]));
  assert.deepEqual(codes, new Map([[null, "line_too_long"], [0, "result_too_large"]]));
});

Deno.test("mcpp serve --stdio answers what is piped into it, and stops in good order", async () => {
  await using home = await openTempDir();
  const { code, stdout, stderr } = await runMcpp(
    ["serve", "--stdio", "--no-p2p", "--data-dir", `${home.path}/data`, "--log-level", "warn"],
    {
      stdin: [
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"piped"}}}',
        "garbage",
      ].join("\r\n"),
    },
  );
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  assert.deepEqual(byId.get(1).result.structuredContent, { text: "piped" });
  assert.equal(byId.get(null).error.code, -32700);
  assert.equal(answers.length, 2);
});
