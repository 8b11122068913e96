import assert from "node:assert/strict";
import { startMcpp } from "./mcpp_process.ts";

Deno.test("the plain routes answer what the Python system's client asks", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const { url } = node.ready;
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  const info = await (await fetch(`${url}/`)).json();
  assert.equal(info.name, "mcpp");
  const tools = await (await fetch(`${url}/tools`)).json();
  assert.ok(Array.isArray(tools) && tools.includes("p2p_taskqueue_submit"), tools.join());
  assert.deepEqual(tools, tools.toSorted());
  const health = await (await fetch(`${url}/health`)).json();
  assert.equal(health.status, "ok");
  assert.equal(health["tools_count"], tools.length);

  const called = await post("/tools/call", { tool: "echo", arguments: { text: "hi" } });
  assert.equal(called.status, 200);
  assert.deepEqual(await called.json(), { text: "hi" });
  const direct = await post("/tools/echo", { text: "direct" });
  assert.deepEqual(await direct.json(), { text: "direct" });
  const unknown = await post("/tools/nope", {});
  assert.equal(unknown.status, 404);
  assert.match((await unknown.json()).detail, /nope/);
});

Deno.test("a node describes itself to programs and to people", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const { url } = node.ready;
  const description = await (await fetch(new URL("/openapi.json", url))).json();
  assert.match(description.openapi, /^3\.1/);
  const submit = description.paths["/mcp/tools/p2p_taskqueue_submit"].post;
  assert.ok(submit.requestBody !== undefined);
  const page = await fetch(new URL("/docs", url));
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  const html = await page.text();
  assert.doesNotMatch(html, /(src|href)="https?:/);
});
