import assert from "node:assert/strict";
import { removeIfThere } from "../../src/file/mod.ts";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { type Message, modernHeaders, modernRequest, postMessage, readEvents } from "./mcp_http.ts";
import { openTempDir } from "./run_deno.ts";
import { untilOperationEnded } from "./until_ended.ts";
import { within } from "./within.ts";

type Events = ReturnType<typeof readEvents>;

const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
/** mDNS would find the nodes of other tests. */
const ALONE = ["--no-mdns"];
/** Answers to who may not do something. */
const REFUSED = 6;

/** Run a command about a node's own files, as its owner would. */
async function own(dataDir: string, ...args: readonly string[]) {
  const finished = await runMcpp([...args, "--data-dir", dataDir]);
  assert.equal(finished.code, 0, finished.stderr);
  return JSON.parse(finished.stdout);
}

/** The code with which a call fails. */
async function codeOfCall(node: McppProcess, tool: string, args: unknown): Promise<string> {
  const finished = await runMcpp(["call", tool, JSON.stringify(args), "--url", node.ready.url]);
  assert.notEqual(finished.code, 0, finished.stdout);
  return JSON.parse(finished.stdout).code;
}

Deno.test("the owner's worker and commands use the node on this machine without a token", async () => {
  await using home = await openTempDir();
  const shared = { home: home.path, dataDir: `${home.path}/data` };
  const announced = ["--announce-file", `${home.path}/announce.json`];
  await using node = await startMcpp({
    ...shared,
    args: ["--no-worker", "--no-mdns", "--peer-tools", "echo", ...announced],
  });
  await using worker = await startMcpp({ ...shared, command: "worker", args: announced });
  const { "task_id": taskId } = await callMcpp(node, "p2p_taskqueue_submit", ECHO);
  const { task } = await callMcpp(node, "p2p_taskqueue_wait_task", { "task_id": taskId });
  assert.equal(task.status, "completed");
  assert.notEqual(worker.ready.peerId, node.ready.peerId);
  const address = addressOf(node);
  for (const peer of [address, address.replace(/\/p2p\/.*/, "")]) {
    const called = await runMcpp(
      ["call", "echo", '{"text":"mine"}', "--peer", peer, "--data-dir", node.dataDir],
      { home: home.path, env: { MCPP_ANNOUNCE_FILE: `${home.path}/announce.json` } },
    );
    assert.equal(called.code, 0, called.stderr);
  }
  const stranger = await runMcpp(["call", "echo", '{"text":"x"}', "--peer", address]);
  assert.equal(stranger.code, REFUSED, stranger.stderr);
  assert.match(stranger.stderr, /\[unauthorized\]/);
});

Deno.test("a trusted node may do what its roles say, at once and without a restart", async () => {
  await using far = await startMcpp({ args: [...ALONE, "--no-worker", "--peer-tools", "echo"] });
  await using near = await startMcpp({ args: [...ALONE, "--no-worker"] });
  const target = { "remote_multiaddr": addressOf(far) };
  const submit = { ...ECHO, ...target };
  const claim = { ...target, "worker_id": "w", "supported_task_types": ["tool.call"] };
  assert.equal(await codeOfCall(near, "p2p_taskqueue_submit", submit), "unauthorized");
  await own(far.dataDir, "peers", "trust", near.ready.peerId, "--role", "submit");
  await until("the submission is let in", async () => {
    const { code } = await runMcpp([
      ...["call", "p2p_taskqueue_submit", JSON.stringify(submit), "--url", near.ready.url],
    ]);
    return code === 0;
  });
  assert.equal(await codeOfCall(near, "p2p_taskqueue_claim_next", claim), "forbidden");
  const peer = ["--peer", addressOf(far), "--data-dir", near.dataDir];
  const refused = await runMcpp(["call", "echo", '{"text":"hi"}', ...peer]);
  assert.equal(refused.code, REFUSED, refused.stderr);
  assert.match(refused.stderr, /role "tools".*\[forbidden\]\nhint: .*mcpp peers trust/);
  // A command comes as its machine's node, beside it, and may do what that may.
  await own(far.dataDir, "peers", "trust", near.ready.peerId, "--role", "tools");
  await until("the command is let in", async () => {
    const { code, stdout } = await runMcpp(["call", "echo", '{"text":"hi"}', ...peer]);
    return code === 0 && JSON.parse(stdout).text === "hi";
  });
  assert.equal(await codeOfCall(near, "p2p_taskqueue_submit", submit), "forbidden");
});

Deno.test("a revocation ends what waits on open connections, and outlasts a restart", async () => {
  const env = { MCPP_TOKEN: "e2e-token" };
  await using home = await openTempDir();
  const dataDir = `${home.path}/far`;
  const start = () => startMcpp({ home: home.path, dataDir, env, args: [...ALONE, "--no-worker"] });
  await using near = await startMcpp({ env, args: [...ALONE, "--no-worker"] });
  {
    await using far = await start();
    const target = { "remote_multiaddr": addressOf(far) };
    const { "task_id": taskId } = await callMcpp(near, "p2p_taskqueue_submit", {
      ...ECHO,
      ...target,
    });
    const events = await startWaiting(near, { ...target, "task_id": taskId, "timeout_s": 600 });
    await own(dataDir, "peers", "revoke", near.ready.peerId);
    const { result } = await within("the end of the wait", readLast(events)) ?? {};
    assert.equal(result.isError, true, JSON.stringify(result));
    assert.equal(await within("the far end", untilOperationEnded(far, "watch")), "cancelled");
    await codeOfCall(near, "p2p_taskqueue_submit", { ...ECHO, ...target });
    assert.equal(await far.stop(), 0, far.stderr.text);
  }
  await using far = await start();
  const submit = { ...ECHO, "remote_multiaddr": addressOf(far) };
  await codeOfCall(near, "p2p_taskqueue_submit", submit);
  const { peers } = await own(dataDir, "peers", "trusted");
  assert.deepEqual(peers.map((peer: { isRevoked: boolean }) => peer.isRevoked), [true]);
  await own(dataDir, "peers", "trust", near.ready.peerId);
  await until("the peer is let in again", async () => {
    const { code } = await runMcpp([
      ...["call", "p2p_taskqueue_submit", JSON.stringify(submit), "--url", near.ready.url],
    ]);
    return code === 0;
  });
});

Deno.test("a node connects to a peer that it was told to trust, and again after a restart", async () => {
  await using home = await openTempDir();
  const dataDir = `${home.path}/near`;
  const start = () => startMcpp({ home: home.path, dataDir, args: ALONE });
  await using far = await startMcpp({ args: ALONE });
  const isListed = (node: McppProcess) =>
    until("the trusted peer is listed", async () => {
      const { peers } = await callMcpp(node, "list_peers", { discover: false });
      return peers.some((peer: { "peer_id": string }) => peer["peer_id"] === far.ready.peerId);
    });
  {
    await using near = await start();
    await own(dataDir, "peers", "trust", addressOf(far));
    await isListed(near);
    assert.equal(await near.stop(), 0, near.stderr.text);
  }
  // It has answered, and would be dialled for that alone.
  await removeIfThere(`${dataDir}/known_peers.json`);
  await using near = await start();
  await isListed(near);
});

Deno.test("an open swarm lets everybody in, and says so loudly", async () => {
  await using node = await startMcpp({ args: [...ALONE, "--open-swarm", "--peer-tools", "echo"] });
  await node.stderr.waitFor(/WARN +trust The swarm is open: EVERYBODY/);
  const called = await runMcpp(["call", "echo", '{"text":"x"}', "--peer", addressOf(node)]);
  assert.equal(called.code, 0, called.stderr);
});

Deno.test("identity rotate changes who the node is, but not while it runs", async () => {
  await using home = await openTempDir();
  const dataDir = `${home.path}/data`;
  const { peerId } = await own(dataDir, "identity", "rotate");
  {
    await using node = await startMcpp({ home: home.path, dataDir, args: ALONE });
    assert.equal(node.ready.peerId, peerId);
    const refused = await runMcpp(["identity", "rotate", "--data-dir", dataDir]);
    assert.match(refused.stderr, /\[data_dir_locked\]/);
    assert.equal(await node.stop(), 0, node.stderr.text);
  }
  const rotated = await own(dataDir, "identity", "rotate");
  assert.equal(rotated.previousPeerId, peerId);
  await using node = await startMcpp({ home: home.path, dataDir, args: ALONE });
  assert.equal(node.ready.peerId, rotated.peerId);
});

/** Look again, each time by a command of its own, until it is so. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 30; round++) if (await isSo()) return;
  assert.fail(`Waited in vain until ${what}`);
}

/** Wait for a task by a node; the first progress shows that the far node is waiting. */
async function startWaiting(node: McppProcess, args: unknown): Promise<Events> {
  const request = modernRequest(1, "tools/call", {
    name: "p2p_taskqueue_wait_task",
    arguments: args,
    "_meta": { progressToken: "p" },
  });
  const headers = modernHeaders(request);
  const events = readEvents(await postMessage(node.ready.url, request, { headers }));
  for (let next = await events.next(); !next.done; next = await events.next()) {
    if (next.value.message?.["method"] === "notifications/progress") return events;
  }
  assert.fail("The wait ended without progress");
}

async function readLast(events: Events): Promise<Message | undefined> {
  let last: Message | undefined;
  for await (const { message } of events) last = message;
  return last;
}
