import assert from "node:assert/strict";
import { callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { isMissing } from "./is_missing.ts";
import { hasTerminal, openTempDir } from "./run_deno.ts";

const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
const ECHO_RESULT = { tool: "echo", result: { text: "hi" } };

function startNode(): Promise<McppProcess> {
  return startMcpp({ args: ["--no-p2p"] });
}

/** As `curl` would send it. */
async function post(node: McppProcess, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(node.ready.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, response.statusText);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  return await response.json();
}

Deno.test("a program that reads only JSON calls tools by single requests", async () => {
  await using node = await startNode();
  const call = (name: string, args: unknown) =>
    post(node, { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
  const submitted = await call("p2p_taskqueue_submit", ECHO);
  assert.equal(submitted.id, 1);
  const { "task_id": taskId } = submitted.result.structuredContent;
  const waited = await call("p2p_taskqueue_wait_task", { "task_id": taskId });
  assert.deepEqual(waited.result.structuredContent.task.result, ECHO_RESULT);
  const listed = await post(node, { jsonrpc: "2.0", id: 2, method: "tools/list" });
  assert.ok(listed.result.tools.length > 0);
  const unknown = await call("nonsense", {});
  assert.equal(unknown.error.data.code, "unknown_tool");
});

Deno.test("mcpp call prints JSON where no terminal is, with and without --json", async () => {
  await using node = await startNode();
  const args = ["call", "echo", '{"text":"hi"}', "--url", node.ready.url];
  for (const extra of [[], ["--json"]]) {
    const finished = await runMcpp([...args, ...extra]);
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(finished.stdout, '{"text":"hi"}\n');
    assert.equal(finished.stderr, "");
  }
});

Deno.test({
  name: "mcpp prints readable text on a terminal, and JSON with --json",
  ignore: await isMissing("script of util-linux", hasTerminal),
  fn: async () => {
    await using node = await startNode();
    const at = ["--url", node.ready.url];
    const show = async (...args: string[]) => {
      const { code, stdout } = await runMcpp(args, { isInteractive: true });
      assert.equal(code, 0, stdout);
      return stdout.replaceAll("\r\n", "\n");
    };
    assert.equal(await show("call", "echo", '{"text":"it\'s"}', ...at), "it's\n");
    const json = await show("call", "echo", '{"text":"it\'s"}', "--json", ...at);
    assert.equal(json, '{"text":"it\'s"}\n');
    assert.match(await show("tools", ...at), /^echo text \(.*reads only.*\)\n {4}Return /m);
    assert.match(await show("version"), /^mcpp \d+\.\d+\.\d+ \(deno /);
    const { code, stdout } = await runMcpp(["call", "echo", ...at], { isInteractive: true });
    assert.equal(code, 4);
    assert.match(stdout, /^mcpp: Cannot call tool .* \[invalid_arguments\]\r\n$/);
  },
});

Deno.test("mcpp call takes its arguments from a file and from input", async () => {
  await using node = await startNode();
  await using dir = await openTempDir();
  const file = `${dir.path}/args.json`;
  await Deno.writeTextFile(file, '{"text":"from file"}');
  const args = ["--url", node.ready.url];
  const fromFile = await runMcpp(["call", "echo", `@${file}`, ...args]);
  assert.deepEqual(JSON.parse(fromFile.stdout), { text: "from file" });
  const fromInput = await runMcpp(["call", "echo", "-", ...args], { stdin: '{"text":"in"}' });
  assert.deepEqual(JSON.parse(fromInput.stdout), { text: "in" });
});

Deno.test("mcpp tools lists what the node can do", async () => {
  await using node = await startNode();
  const finished = await runMcpp(["tools", "--url", node.ready.url]);
  assert.equal(finished.code, 0, finished.stderr);
  const { tools } = JSON.parse(finished.stdout);
  const info = await callMcpp(node, "server_info", {});
  const names: readonly string[] = tools.map(({ name }: { name: string }) => name);
  assert.deepEqual(names.toSorted(), info.tools.toSorted());
  for (const { description, inputSchema } of tools) {
    assert.ok(description.length > 0);
    assert.equal(inputSchema.type, "object");
  }
});

Deno.test("mcpp version and --help need nothing and exit with 0", async () => {
  const { default: { version } } = await import("../../deno.json", { with: { type: "json" } });
  const printed = await runMcpp(["version"]);
  assert.equal(printed.code, 0);
  assert.equal(JSON.parse(printed.stdout).mcpp, version);
  for (const command of [[], ["serve"], ["worker"], ["call"], ["tools"], ["version"]]) {
    const { code, stdout, stderr } = await runMcpp([...command, "--help"]);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.startsWith(`Usage: ${["mcpp", ...command].join(" ")} `), stdout);
    assert.equal(stderr, "");
  }
});
