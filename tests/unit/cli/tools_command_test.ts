import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindTool } from "../../../src/mcp/mod.ts";
import { cancelTask, echo, listTasks, serverInfo } from "../../../src/tools/mod.ts";
import { createFakeQueueDeps } from "../tools/fake_queue.ts";
import { parseOut, withToolServer } from "./tool_server.ts";

const deps = createFakeQueueDeps({});
const tools = [
  bindTool(echo, {}),
  bindTool(serverInfo, { describeServer: () => assert.fail() }),
  bindTool(cancelTask, deps),
  bindTool(listTasks, deps),
];

Deno.test("mcpp tools lists each tool with its arguments, its hints and what it does", async () => {
  await withToolServer(tools, async (run) => {
    const { code, out } = await run(["tools"], { isInteractive: true });
    assert.equal(code, EXIT.ok);
    assert.match(out, /^echo text \(reads only\)\n {4}Return the given text unchanged\./);
    assert.match(
      out,
      /\n\np2p_taskqueue_cancel task_id \[reason\] \[remote_multiaddr\] \[remote_peer_id\] \(may destroy, repeatable, reaches out\)\n/,
    );
    assert.ok(out.split("\n").every((line) => !line.startsWith("    ") || line.length <= 100));
  });
});

Deno.test("mcpp tools prints what the server said for a program", async () => {
  await withToolServer(tools, async (run) => {
    const listed = parseOut(await run(["tools"]))["tools"] as { name: string }[];
    assert.deepEqual(listed.map(({ name }) => name), [
      ...["echo", "p2p_taskqueue_cancel", "p2p_taskqueue_list_tasks", "server_info"],
    ]);
    const one = parseOut(await run(["tools", "echo"]));
    assert.equal(one["name"], "echo");
    assert.ok(one["inputSchema"] !== undefined);
  });
});

Deno.test("mcpp tools NAME tells all about a tool, with an example of a call", async () => {
  await withToolServer(tools, async (run) => {
    const { code, out } = await run(["tools", "p2p_taskqueue_list_tasks"], { isInteractive: true });
    assert.equal(code, EXIT.ok);
    assert.match(
      out,
      /^p2p_taskqueue_list_tasks – List tasks \(reads only, reaches out\)\n {4}List/,
    );
    assert.match(
      out,
      /\nArguments:\n {4}status \("" \| "queued" \| .*, default ""\)\n {8}Only tasks/,
    );
    assert.match(out, /\n {4}limit \(integer, default 50\)\n/);
    assert.match(out, /\n {4}task_types \(list of string \| null, default null\)\n/);
    assert.match(out, /\nReturns:\n {4}ok \(/);
    assert.match(out, /\nCall it:\n {4}mcpp call p2p_taskqueue_list_tasks '\{\}'\n$/);
    const cancel = await run(["tools", "p2p_taskqueue_cancel"], { isInteractive: true });
    assert.match(cancel.out, /\n {4}task_id \(string, required\)\n/);
    assert.match(cancel.out, /mcpp call p2p_taskqueue_cancel '\{"task_id":"…"\}'\n$/);
    const none = await run(["tools", "server_info"], { isInteractive: true });
    assert.match(none.out, /\nNo arguments\n/);
  });
});

Deno.test("mcpp tools NAME fails if there is no such tool", async () => {
  await withToolServer(tools, async (run) => {
    const { code, out, err } = await run(["tools", "ech"]);
    assert.equal(code, EXIT.failed);
    assert.equal(out, "");
    assert.match(err, /tool "ech" \[unknown_tool\]\nhint: /);
  });
});
