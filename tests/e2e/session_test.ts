import assert from "node:assert/strict";
import { callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import { openSession, postMessage, readAnswer, readEvents } from "./mcp_http.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const IDLE_TASK = { "task_type": "nobody.takes.this", payload: {} };

async function submit(node: McppProcess): Promise<string> {
  return (await callMcpp(node, "p2p_taskqueue_submit", IDLE_TASK))["task_id"];
}

function waitCall(id: number, taskId: string) {
  const args = { "task_id": taskId, "timeout_s": 600 };
  const params = { name: "p2p_taskqueue_wait_task", arguments: args };
  return { id, method: "tools/call", params };
}

/** Post a call that takes long, and leave when its stream has begun. Gives the event to come back for. */
async function callAndLeave(
  url: string,
  headers: Readonly<Record<string, string>>,
  taskId: string,
): Promise<string> {
  const response = await postMessage(url, waitCall(1, taskId), { headers });
  for await (const { id } of readEvents(response)) {
    assert.ok(id !== undefined, "the first event has no id");
    return id;
  }
  assert.fail("The stream ended at once");
}

function comeBack(
  url: string,
  headers: Readonly<Record<string, string>>,
  lastEventId: string,
): Promise<Response> {
  return fetch(url, {
    headers: { ...headers, accept: "text/event-stream", "last-event-id": lastEventId },
  });
}

Deno.test("a client that lost its connection gets the answer when it comes back", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const { url } = node.ready;
  const taskId = await submit(node);
  const session = await openSession(url);
  const lastEventId = await callAndLeave(url, session, taskId);
  // Nobody listens now, and the call goes on.
  await callMcpp(node, "p2p_taskqueue_cancel", { "task_id": taskId });
  const answer = await within(
    "the answer",
    comeBack(url, session, lastEventId).then(readAnswer),
  );
  assert.equal(answer["id"], 1);
  assert.equal(answer["result"].structuredContent.task.status, "cancelled");
});

Deno.test("a session survives a node that is killed, and says what was lost", async () => {
  await using home = await openTempDir();
  let port: string;
  let session: Readonly<Record<string, string>>;
  let lastEventId: string;
  {
    await using node = await startMcpp({ home: home.path, args: ["--no-p2p"] });
    const { url } = node.ready;
    port = new URL(url).port;
    session = await openSession(url);
    lastEventId = await callAndLeave(url, session, await submit(node));
    await node.stop("SIGKILL");
  }
  await using node = await startMcpp({ home: home.path, args: ["--no-p2p", "--port", port] });
  const { url } = node.ready;
  const listed = await postMessage(url, { id: 2, method: "tools/list" }, { headers: session });
  assert.ok((await readAnswer(listed))["result"].tools.length > 0);
  const lost = await within("the answer", comeBack(url, session, lastEventId).then(readAnswer));
  assert.equal(lost["id"], 1);
  assert.equal(lost["error"].data.code, "server_restarted");
});

Deno.test("a node stops in good order while streams are open", async () => {
  await using node = await startMcpp({ args: ["--no-p2p", "--shutdown-grace-ms", "100"] });
  const { url } = node.ready;
  const session = await openSession(url);
  const standalone = await fetch(url, { headers: { ...session, accept: "text/event-stream" } });
  assert.equal(standalone.status, 200);
  const call = await postMessage(url, waitCall(1, await submit(node)), { headers: session });
  const old = await fetch(new URL("/sse", url));
  assert.equal(old.status, 200);
  const startedMs = performance.now();
  assert.equal(await node.stop(), 0);
  assert.ok(performance.now() - startedMs < 10_000);
  for (const response of [standalone, call, old]) await response.text();
});
