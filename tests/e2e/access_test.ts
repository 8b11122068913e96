import assert from "node:assert/strict";
import { postMessage, readAnswer } from "./mcp_http.ts";
import { type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";

const ALICE = "alice-has-a-long-token-0001";
const READER = "reader-has-a-long-token-002";

async function openGuarded() {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await openTempDir());
  const file = `${home.path}/tokens`;
  await Deno.writeTextFile(file, `alice ${ALICE} *\nreader ${READER} tasks:read\n`, {
    mode: 0o600,
  });
  const args = ["--no-p2p", "--http-tokens-file", file];
  const node = opened.use(await startMcpp({ home: home.path, args }));
  const owned = opened.move();
  return { node, file, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function call(node: McppProcess, tool: string, args: unknown, token?: string): Promise<Response> {
  const message = { id: 1, method: "tools/call", params: { name: tool, arguments: args } };
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  return postMessage(node.ready.url, message, headers === undefined ? {} : { headers });
}

const TASK = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

Deno.test("a server with tokens answers their holders, each what it may, and nobody else", async () => {
  await using guarded = await openGuarded();
  const { node } = guarded;
  const nobody = await call(node, "echo", { text: "hi" });
  assert.equal(nobody.status, 401);
  assert.match(nobody.headers.get("www-authenticate") ?? "", /^Bearer/);
  await nobody.body?.cancel();
  const wrong = await call(node, "echo", { text: "hi" }, "not-a-token-that-anyone-has");
  assert.equal(wrong.status, 401);
  assert.match(wrong.headers.get("www-authenticate") ?? "", /invalid_token/);
  await wrong.body?.cancel();

  const listed = await call(node, "p2p_taskqueue_list_tasks", {}, READER);
  assert.equal((await readAnswer(listed))["result"].structuredContent.ok, true);
  const submitted = await call(node, "p2p_taskqueue_submit", TASK, READER);
  assert.equal(submitted.status, 403);
  assert.match(
    submitted.headers.get("www-authenticate") ?? "",
    /insufficient_scope.*tasks:write/,
  );
  await submitted.body?.cancel();
  const mayAll = await call(node, "p2p_taskqueue_submit", TASK, ALICE);
  assert.equal((await readAnswer(mayAll))["result"].structuredContent.ok, true);

  for (const path of ["/live", "/ready"]) {
    const probe = await fetch(new URL(path, node.ready.url));
    assert.equal(probe.status, 200, path);
    await probe.body?.cancel();
  }
  for (const path of ["/metrics", "/mcp/tools", "/openapi.json", "/sse"]) {
    const refused = await fetch(new URL(path, node.ready.url));
    assert.equal(refused.status, 401, path);
    await refused.body?.cancel();
  }
});

Deno.test("serve refuses to be open to the network without asking who is there", async () => {
  await using home = await openTempDir();
  const data = ["--data-dir", `${home.path}/data`, "--no-p2p", "--port", "0"];
  const refused = await runMcpp(["serve", "--host", "0.0.0.0", ...data]);
  assert.equal(refused.code, 5, refused.stderr);
  assert.match(refused.stderr, /unauthenticated_bind/);
  assert.match(refused.stderr, /--allow-unauthenticated/);
  await using _node = await startMcpp({
    args: ["--no-p2p", "--host", "0.0.0.0", "--allow-unauthenticated"],
  });
});

Deno.test("serve names the line of a file of tokens that it cannot read, and no token", async () => {
  await using home = await openTempDir();
  const file = `${home.path}/tokens`;
  await Deno.writeTextFile(file, `# fine\nalice ${ALICE} everything\n`, { mode: 0o600 });
  const refused = await runMcpp([
    ...["serve", "--no-p2p", "--port", "0", "--data-dir", `${home.path}/data`],
    ...["--http-tokens-file", file],
  ]);
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(refused.stderr, /line 2/);
  assert.ok(!refused.stderr.includes(ALICE));
});

Deno.test("serve offers only the tools that are switched on", async () => {
  await using node = await startMcpp({
    args: ["--no-p2p", "--tools", "tasks,echo", "--no-tools", "*_call_tool"],
  });
  const names: readonly string[] = await (await fetch(`${node.ready.url}/tools`)).json();
  assert.ok(names.includes("echo"), names.join());
  assert.ok(names.includes("p2p_taskqueue_submit"), names.join());
  assert.ok(!names.includes("list_peers"), names.join());
  assert.ok(!names.includes("p2p_taskqueue_call_tool"), names.join());
  const called = await readAnswer(await call(node, "list_peers", {}));
  assert.equal(called["error"].data.code, "unknown_tool");
});
