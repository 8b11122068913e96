import assert from "node:assert/strict";
import { FOREIGN, isAvailable } from "./foreign_package.ts";
import { isMissing } from "./is_missing.ts";
import { startMcpp } from "./mcpp_process.ts";
import { runDeno } from "./run_deno.ts";

const OLD_SDK = "npm:@modelcontextprotocol/sdk@1.32.2";
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
const NEVER_DONE = { "task_type": "nobody.does", payload: {} };

/** Written for the first generation of the official package, which most programs still use. */
const OLD_CLIENT = `
import { Client } from "${OLD_SDK}/client/index.js";
import { SSEClientTransport } from "${OLD_SDK}/client/sse.js";
import { StreamableHTTPClientTransport } from "${OLD_SDK}/client/streamableHttp.js";
import { ResourceUpdatedNotificationSchema } from "${OLD_SDK}/types.js";
const [url, transport, echo, neverDone] = Deno.args;
if (url === undefined) Deno.exit();

const client = new Client({ name: "old", version: "1.0.0" });
const changed = Promise.withResolvers();
client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
  changed.resolve(params.uri);
});
await client.connect(
  transport === "sse"
    ? new SSEClientTransport(new URL("/sse", url))
    : new StreamableHTTPClientTransport(new URL(url)),
);
const call = async (name, args, options) =>
  (await client.callTool({ name, arguments: args }, undefined, options)).structuredContent;
const { tools } = await client.listTools();

const done = await call("p2p_taskqueue_submit", JSON.parse(echo));
const { task } = await call("p2p_taskqueue_wait_task", { task_id: done.task_id });

const { task_id } = await call("p2p_taskqueue_submit", JSON.parse(neverDone));
const uri = "task://" + task_id;
await client.subscribeResource({ uri });
const { contents } = await client.readResource({ uri });
const { messages } = await client.getPrompt({ name: "summarize_queue" });

const heard = Promise.withResolvers();
const controller = new AbortController();
const waiting = call("p2p_taskqueue_wait_task", { task_id }, {
  signal: controller.signal,
  onprogress: () => heard.resolve(),
}).catch((error) => error);
await heard.promise;
controller.abort("enough");
const cancelled = (await waiting) instanceof Error;

await call("p2p_taskqueue_cancel", { task_id });
const isTold = (await changed.promise) === uri;
console.log(JSON.stringify({
  tools: tools.length,
  task,
  contents: contents.length,
  messages: messages.length,
  cancelled,
  isTold,
}));
await client.close();
Deno.exit();
`;

function runOldClient(...args: string[]) {
  return runDeno([...FOREIGN, "-", ...args], { stdin: OLD_CLIENT });
}

const isOldSdkMissing = await isMissing(OLD_SDK, () => isAvailable(() => runOldClient()));

for (const transport of ["http", "sse"]) {
  Deno.test({
    name: `the official client of the first generation does all it can, over ${transport}`,
    ignore: isOldSdkMissing,
    fn: async () => {
      await using node = await startMcpp({ args: ["--no-p2p"] });
      const tasks = [ECHO, NEVER_DONE].map((task) => JSON.stringify(task));
      const finished = await runOldClient(node.ready.url, transport, ...tasks);
      assert.equal(finished.code, 0, finished.stderr);
      const { tools, task, contents, messages, cancelled, isTold } = JSON.parse(finished.stdout);
      assert.ok(tools > 0);
      assert.equal(task.status, "completed");
      assert.deepEqual(task.result, { tool: "echo", result: { text: "hi" } });
      assert.equal(contents, 1);
      assert.ok(messages > 0);
      assert.ok(cancelled);
      assert.ok(isTold);
    },
  });
}
