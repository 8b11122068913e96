import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type McppProcess, startMcpp } from "./mcpp_process.ts";
import { untilCallEnded } from "./until_ended.ts";
import { within } from "./within.ts";

const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
const ECHO_RESULT = { tool: "echo", result: { text: "hi" } };
/** A type that no worker takes. */
const NEVER_DONE = { "task_type": "nobody.does", payload: {} };
const WAIT = "p2p_taskqueue_wait_task";
const COUNTS = "queue://counts";

for (const mode of ["legacy", "auto"] as const) {
  const title = (what: string) => `the official client ${what}, in ${mode} mode`;

  Deno.test(title("submits a task and waits for it"), async () => {
    await using node = await startMcpp({ args: ["--no-p2p"] });
    await using connected = await connect(node, mode);
    const { client } = connected;
    assert.equal(client.getServerVersion()?.name, "mcpp");
    assert.equal(client.getProtocolEra(), mode === "legacy" ? "legacy" : "modern");
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    for (const name of ["echo", "server_info", "p2p_taskqueue_submit", "list_peers"]) {
      assert.ok(names.includes(name), `${name} is not in ${names}`);
    }
    const taskId = await submit(client, ECHO);
    const waited = await client.callTool({ name: WAIT, arguments: { "task_id": taskId } });
    const { task } = waited.structuredContent as { task: { status: string; result: unknown } };
    assert.equal(task.status, "completed");
    assert.deepEqual(task.result, ECHO_RESULT);
    assert.match(JSON.stringify(waited.content), /is completed/);
    const failed = await client.callTool({ name: "p2p_taskqueue_submit", arguments: {} });
    assert.equal(failed.isError, true);
  });

  Deno.test(title("reads resources and prompts, and has arguments completed"), async () => {
    await using node = await startMcpp({ args: ["--no-p2p"] });
    await using connected = await connect(node, mode);
    const { client } = connected;
    const taskId = await submit(client, NEVER_DONE);
    const { resources } = await client.listResources();
    assert.ok(resources.some(({ uri }) => uri === COUNTS), JSON.stringify(resources));
    const { resourceTemplates } = await client.listResourceTemplates();
    const templates = resourceTemplates.map(({ uriTemplate }) => uriTemplate);
    assert.ok(templates.includes("task://{id}"), templates.join());
    const read = await client.readResource({ uri: `task://${taskId}` });
    assert.match(JSON.stringify(read.contents), /nobody\.does/);
    await assert.rejects(client.readResource({ uri: "task://no-such-task" }));
    const completed = await client.complete({
      ref: { type: "ref/resource", uri: "task://{id}" },
      argument: { name: "id", value: taskId.slice(0, 4) },
    });
    assert.ok(completed.completion.values.includes(taskId));
    const { prompts } = await client.listPrompts();
    const names = prompts.map(({ name }) => name);
    assert.ok(names.includes("summarize_queue"), names.join());
    const prompt = await client.getPrompt({ name: "summarize_queue" });
    assert.ok(prompt.messages.length > 0);
  });

  Deno.test(title("is told of a change that it has subscribed to"), async () => {
    await using node = await startMcpp({ args: ["--no-p2p", "--no-worker"] });
    await using connected = await connect(node, mode);
    const { client } = connected;
    const changed = Promise.withResolvers<string>();
    client.setNotificationHandler(
      "notifications/resources/updated",
      ({ params }) => changed.resolve(params.uri),
    );
    const uri = `task://${await submit(client, NEVER_DONE)}`;
    if (mode === "legacy") await client.subscribeResource({ uri });
    else await client.listen({ resourceSubscriptions: [uri] });
    await client.callTool({
      name: "p2p_taskqueue_cancel",
      arguments: { "task_id": uri.slice("task://".length) },
    });
    assert.equal(await within("news of the task", changed.promise), uri);
  });

  Deno.test(title("hears how far a call is, and cancels it"), async () => {
    await using node = await startMcpp({ args: ["--no-p2p", "--no-worker"] });
    await using connected = await connect(node, mode);
    const { client } = connected;
    const taskId = await submit(client, NEVER_DONE);
    const heard = Promise.withResolvers<void>();
    const controller = new AbortController();
    const waiting = client.callTool({ name: WAIT, arguments: { "task_id": taskId } }, {
      signal: controller.signal,
      onprogress: () => heard.resolve(),
    });
    const failing = assert.rejects(waiting);
    await within("progress", heard.promise);
    controller.abort(new Error("The user has changed their mind"));
    await failing;
    assert.equal(await within("the end", untilCallEnded(node, WAIT)), "cancelled");
  });
}

interface Connected extends AsyncDisposable {
  readonly client: Client;
}

async function connect(node: McppProcess, mode: "legacy" | "auto"): Promise<Connected> {
  const client = new Client({ name: "e2e", version: "1.0.0" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(node.ready.url)));
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

async function submit(client: Client, task: Record<string, unknown>): Promise<string> {
  const { structuredContent } = await client.callTool({
    name: "p2p_taskqueue_submit",
    arguments: task,
  });
  const { "task_id": taskId } = structuredContent as { "task_id": string };
  return taskId;
}
