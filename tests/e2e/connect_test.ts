import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { startStdioClient } from "./stdio_client.ts";
import { untilCallEnded } from "./until_ended.ts";
import { within } from "./within.ts";

const ENV = { MCPP_TOKEN: "connect-token" };
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
/** Nobody works on such a task. */
const IDLE = { "task_type": "nobody.takes.this", payload: {} };

function startNode(...args: string[]): Promise<McppProcess> {
  return startMcpp({ env: ENV, args: ["--peer-tools", "*", "--no-mdns", ...args] });
}

interface Structured {
  // deno-lint-ignore no-explicit-any -- the shape differs from tool to tool
  readonly structuredContent: any;
}

async function call(client: Client, name: string, args: Record<string, unknown>) {
  const { structuredContent } = await client.callTool({ name, arguments: args }) as Structured;
  return structuredContent;
}

const TARGETS = [
  ["a peer", addressOf],
  ["a URL", (node: McppProcess) => node.ready.url],
] as const;

for (const [kind, targetOf] of TARGETS) {
  for (const mode of ["legacy", "auto"] as const) {
    Deno.test(`mcpp connect carries the official client to ${kind}, in ${mode} mode`, async () => {
      await using node = await startNode();
      await using started = await startStdioClient(["connect", targetOf(node)], { mode, env: ENV });
      const { client } = started;
      assert.equal(client.getProtocolEra(), mode === "legacy" ? "legacy" : "modern");
      assert.equal(client.getServerVersion()?.name, "mcpp");
      const { tools } = await client.listTools();
      const info = await callMcpp(node, "server_info", {});
      assert.deepEqual(tools.map(({ name }) => name).sort(), info.tools.toSorted());
      const submitted = await call(client, "p2p_taskqueue_submit", ECHO);
      const waited = await call(client, "p2p_taskqueue_wait_task", {
        "task_id": submitted["task_id"],
      });
      assert.deepEqual(waited.task.result, { tool: "echo", result: { text: "hi" } });
    });

    Deno.test(`mcpp connect carries progress and cancellation to ${kind}, in ${mode} mode`, async () => {
      await using node = await startNode("--no-worker");
      await using started = await startStdioClient(["connect", targetOf(node)], { mode, env: ENV });
      const { client } = started;
      const submitted = await call(client, "p2p_taskqueue_submit", IDLE);
      const progress = Promise.withResolvers<void>();
      const controller = new AbortController();
      const waiting = client.callTool({
        name: "p2p_taskqueue_wait_task",
        arguments: { "task_id": submitted["task_id"], "timeout_s": 600 },
      }, { onprogress: () => progress.resolve(), signal: controller.signal });
      const given = assert.rejects(waiting, /enough/);
      await within("progress", progress.promise);
      controller.abort(new Error("enough"));
      await given;
      const outcome = await within("the end", untilCallEnded(node, "p2p_taskqueue_wait_task"));
      assert.equal(outcome, "cancelled");
    });

    Deno.test(`mcpp connect outlives ${kind} that is started anew, in ${mode} mode`, async () => {
      await using home = await openTempDir();
      const dataDir = `${home.path}/data`;
      await using first = await startMcpp({
        env: ENV,
        args: ["--peer-tools", "*", "--no-mdns"],
        dataDir,
      });
      const port = new URL(first.ready.url).port;
      const listen = /^\/ip4\/127\.0\.0\.1\/tcp\/\d+/.exec(addressOf(first))?.[0];
      await using started = await startStdioClient(["connect", targetOf(first)], {
        mode,
        env: ENV,
      });
      const { client } = started;
      await client.listTools();
      await first.stop();
      await assert.rejects(call(client, "echo", { text: "anybody?" }), { code: -32000 });
      await using _second = await startMcpp({
        env: ENV,
        args: ["--peer-tools", "*", "--no-mdns", "--port", port],
        dataDir,
        ...(listen !== undefined && { listen }),
      });
      assert.deepEqual(await call(client, "echo", { text: "back" }), { text: "back" });
    });
  }
}

Deno.test("mcpp connect answers what is piped into it, and ends", async () => {
  await using node = await startNode();
  const lines = [
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"pipe","version":"1"}}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    "garbage",
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"piped"}}}',
  ];
  for (const target of [addressOf(node), node.ready.url]) {
    const { code, stdout, stderr } = await runMcpp(["connect", target], {
      stdin: lines.join("\n"),
      env: ENV,
    });
    assert.equal(code, 0, stderr);
    const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    assert.equal(byId.get(1).result.protocolVersion, "2025-06-18");
    assert.deepEqual(byId.get(2).result.structuredContent, { text: "piped" });
    assert.equal(byId.get(null).error.code, -32700);
    assert.equal(answers.length, 3);
  }
});

Deno.test("mcpp connect goes to this machine's mcpp if it is not told where", async () => {
  await using node = await startNode("--no-p2p");
  const { stdout } = await runMcpp(["connect"], {
    stdin: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n',
    env: { MCPP_PORT: new URL(node.ready.url).port },
  });
  assert.ok(JSON.parse(stdout).result.tools.length > 0);
});

Deno.test("mcpp connect says on standard error why it cannot work at all", async () => {
  const nowhere = await runMcpp(["connect", "ftp://example.org"]);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /invalid_url/);
  const both = await runMcpp(["connect", "http://127.0.0.1:1/mcp", "--server", "x"]);
  assert.equal(both.code, 2);
  assert.equal(nowhere.stdout + both.stdout, "");
});

Deno.test("mcpp connect answers an error for a server that is not there", async () => {
  const { code, stdout } = await runMcpp(["connect", "http://127.0.0.1:1/mcp"], {
    stdin: '{"jsonrpc":"2.0","id":"a","method":"tools/list"}\n',
  });
  assert.equal(code, 0);
  const { id, error } = JSON.parse(stdout);
  assert.deepEqual([id, error.code, error.data.code], ["a", -32000, "server_unreachable"]);
});
