import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { isMissing } from "./is_missing.ts";
import { type Finished, hasTerminal, openTempDir, runDeno } from "./run_deno.ts";

const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
const ECHO_RESULT = { tool: "echo", result: { text: "hi" } };
/** Packages that are not the project's own are run without its configuration and lock file. */
const FOREIGN = ["run", "-A", "--quiet", "--no-check", "--no-config", "--no-lock"];
const OLD_SDK = "npm:@modelcontextprotocol/sdk@1.32.2";
const INSPECTOR = "npm:@modelcontextprotocol/inspector@2.12.0";

function startNode(): Promise<McppProcess> {
  return startMcpp({ args: ["--no-p2p"] });
}

for (const mode of ["legacy", "auto"] as const) {
  Deno.test(`the official client submits a task and waits for it, in ${mode} mode`, async () => {
    await using node = await startNode();
    const client = new Client({ name: "e2e", version: "1.0.0" }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(node.ready.url)));
    try {
      assert.equal(client.getServerVersion()?.name, "mcpp");
      assert.equal(client.getProtocolEra(), mode === "legacy" ? "legacy" : "modern");
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      for (const name of ["echo", "server_info", "p2p_taskqueue_submit", "list_peers"]) {
        assert.ok(names.includes(name), `${name} is not in ${names}`);
      }
      const submitted = await client.callTool({ name: "p2p_taskqueue_submit", arguments: ECHO });
      const { "task_id": taskId } = submitted.structuredContent as { "task_id": string };
      const waited = await client.callTool({
        name: "p2p_taskqueue_wait_task",
        arguments: { "task_id": taskId },
      });
      const { task } = waited.structuredContent as { task: { status: string; result: unknown } };
      assert.equal(task.status, "completed");
      assert.deepEqual(task.result, ECHO_RESULT);
      assert.match(JSON.stringify(waited.content), /is completed/);
      const failed = await client.callTool({ name: "p2p_taskqueue_submit", arguments: {} });
      assert.equal(failed.isError, true);
    } finally {
      await client.close();
    }
  });
}

/** Written for the first generation of the official package, which most programs still use. */
const OLD_CLIENT = `
import { Client } from "${OLD_SDK}/client/index.js";
import { StreamableHTTPClientTransport } from "${OLD_SDK}/client/streamableHttp.js";
const [url, task] = Deno.args;
if (url === undefined) Deno.exit();
const client = new Client({ name: "old", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const { tools } = await client.listTools();
const submitted = await client.callTool({ name: "p2p_taskqueue_submit", arguments: JSON.parse(task) });
const { task_id } = submitted.structuredContent;
const waited = await client.callTool({ name: "p2p_taskqueue_wait_task", arguments: { task_id } });
console.log(JSON.stringify({ tools: tools.length, task: waited.structuredContent.task }));
await client.close();
`;

function runOldClient(...args: string[]) {
  return runDeno([...FOREIGN, "-", ...args], { stdin: OLD_CLIENT });
}

Deno.test({
  name: "the official client of the first generation submits a task and waits for it",
  ignore: await isMissing(OLD_SDK, () => isAvailable(() => runOldClient())),
  fn: async () => {
    await using node = await startNode();
    const finished = await runOldClient(node.ready.url, JSON.stringify(ECHO));
    assert.equal(finished.code, 0, finished.stderr);
    const { tools, task } = JSON.parse(finished.stdout);
    assert.ok(tools > 0);
    assert.equal(task.status, "completed");
    assert.deepEqual(task.result, ECHO_RESULT);
  },
});

function runInspector(home: string, ...args: string[]) {
  return runDeno([...FOREIGN, INSPECTOR, "--cli", ...args], { home });
}

Deno.test({
  name: "the Inspector submits a task and waits for it, in both eras",
  ignore: await isMissing(INSPECTOR, () =>
    isAvailable(async () => {
      await using home = await openTempDir();
      return await runInspector(home.path, "--version");
    })),
  fn: async () => {
    await using node = await startNode();
    await using home = await openTempDir();
    const call = async (era: string, tool: string, args: unknown) => {
      const finished = await runInspector(
        home.path,
        ...[node.ready.url, "--transport", "http", "--protocol-era", era, "--format", "json"],
        ...["--method", "tools/call", "--tool-name", tool],
        ...["--tool-args-json", JSON.stringify(args)],
      );
      assert.equal(finished.code, 0, finished.stderr);
      return JSON.parse(finished.stdout).result.structuredContent;
    };
    for (const era of ["legacy", "modern"]) {
      const submitted = await call(era, "p2p_taskqueue_submit", ECHO);
      const { task } = await call(era, "p2p_taskqueue_wait_task", {
        "task_id": submitted["task_id"],
      });
      assert.equal(task.status, "completed");
      assert.deepEqual(task.result, ECHO_RESULT);
    }
    const [at, how] = [[node.ready.url, "--transport", "http"], ["--strict", "--format", "json"]];
    const listed = await runInspector(home.path, ...at, ...how, "--method", "tools/list");
    assert.equal(listed.code, 0, `the schemas are not portable: ${listed.stderr}`);
  },
});

/** Whether a package that is not among the project's own can be had here. */
async function isAvailable(run: () => Promise<Finished>): Promise<boolean> {
  try {
    return (await run()).code === 0;
  } catch {
    // Without a network the download may take for ever.
    return false;
  }
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
    assert.match(await show("tools", ...at), /^echo text\n {4}Return /);
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
