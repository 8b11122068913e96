import assert from "node:assert/strict";
import { addressOf, callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import {
  type Message,
  modernHeaders,
  modernRequest,
  openSession,
  postMessage,
  readEvents,
} from "./mcp_http.ts";
import { untilOperationEnded } from "./until_ended.ts";
import { within } from "./within.ts";

const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };

/** Two nodes: the first is asked to wait for a task of the second, which nobody will take. */
async function openNodes(args: readonly string[] = []) {
  await using opened = new AsyncDisposableStack();
  const start = (more: readonly string[]): Promise<McppProcess> =>
    startMcpp({ env: TOKEN_ENV, args: ["--no-worker", "--no-mdns", ...more] });
  const far = opened.use(await start([]));
  const near = opened.use(await start(args));
  const address = { "remote_multiaddr": addressOf(far) };
  const submitted = await callMcpp(near, "p2p_taskqueue_submit", {
    "task_type": "nobody.takes.this",
    payload: {},
    ...address,
  });
  const call = {
    name: "p2p_taskqueue_wait_task",
    arguments: { "task_id": submitted["task_id"], "timeout_s": 600, ...address },
    "_meta": { progressToken: "p" },
  };
  const owned = opened.move();
  return { near, far, call, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function assertWaitEnds(far: McppProcess): Promise<void> {
  assert.equal(await within("the far end", untilOperationEnded(far, "watch")), "cancelled");
}

/** Read a stream until the first progress, which shows that the far node is waiting; gives what hangs up. */
async function untilProgress(response: Response): Promise<() => Promise<unknown>> {
  const events = readEvents(response);
  for (let next = await events.next(); !next.done; next = await events.next()) {
    if (next.value.message?.["method"] === "notifications/progress") {
      return () => events.return(undefined);
    }
  }
  assert.fail("The stream ended without progress");
}

function callModern(near: McppProcess, call: Message): Promise<Response> {
  const request = modernRequest(1, "tools/call", call);
  return postMessage(near.ready.url, request, { headers: modernHeaders(request) });
}

async function callLegacy(near: McppProcess, call: Message) {
  const { url } = near.ready;
  const session = await openSession(url);
  const message = { id: 1, method: "tools/call", params: call };
  const response = await postMessage(url, message, { headers: session });
  return { url, session, hangUp: await within("progress", untilProgress(response)) };
}

Deno.test("hanging up in the modern era ends a wait on the far node", async () => {
  await using nodes = await openNodes();
  const response = await callModern(nodes.near, nodes.call);
  const hangUp = await within("progress", untilProgress(response));
  await hangUp();
  await assertWaitEnds(nodes.far);
});

Deno.test("a cancel notification in a session ends a wait on the far node", async () => {
  await using nodes = await openNodes();
  const { url, session, hangUp } = await callLegacy(nodes.near, nodes.call);
  const cancel = { method: "notifications/cancelled", params: { requestId: 1 } };
  const cancelled = await postMessage(url, cancel, { headers: session });
  assert.equal(cancelled.status, 202);
  await cancelled.body?.cancel();
  await assertWaitEnds(nodes.far);
  await hangUp();
});

Deno.test("the end of a session ends a wait on the far node, after hanging up did not", async () => {
  await using nodes = await openNodes();
  const { url, session, hangUp } = await callLegacy(nodes.near, nodes.call);
  await hangUp();
  const ended = await fetch(url, { method: "DELETE", headers: session });
  assert.ok(ended.ok, `${ended.status}`);
  await ended.body?.cancel();
  await assertWaitEnds(nodes.far);
});

Deno.test("the time limit of calls ends a wait on the far node", async () => {
  await using nodes = await openNodes(["--call-timeout-ms", "1500"]);
  let last: Message | undefined;
  for await (const { message } of readEvents(await callModern(nodes.near, nodes.call))) {
    last = message;
  }
  assert.equal(last?.["result"].isError, true);
  assert.equal(last?.["result"].structuredContent.code, "deadline_exceeded");
  await assertWaitEnds(nodes.far);
});

Deno.test("a node that stops ends its wait on the far node", async () => {
  await using nodes = await openNodes(["--shutdown-grace-ms", "100"]);
  const { hangUp } = await callLegacy(nodes.near, nodes.call);
  assert.equal(await nodes.near.stop(), 0);
  await assertWaitEnds(nodes.far);
  await hangUp();
});
