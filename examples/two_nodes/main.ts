// deno-lint-ignore-file no-console -- an example talks to a person
/**
 * Two nodes on one machine, as two processes: the first is asked, the second does the work.
 *
 * Run it with `deno task example`. It starts both nodes with a token of their own, submits tasks in
 * three ways, checks every result, and stops the nodes.
 */

import assert from "node:assert/strict";
import { callTool } from "../../mod.ts";
import { startNode } from "./start_node.ts";

const home = await Deno.makeTempDir({ prefix: "mcpp-two-nodes-" });
const tokenFile = `${home}/token`;
await Deno.writeTextFile(tokenFile, crypto.randomUUID(), { mode: 0o600 });

try {
  await using near = await startNode({ dataDir: `${home}/near`, tokenFile, worker: false });
  await using far = await startNode({ dataDir: `${home}/far`, tokenFile, worker: true });
  console.log(`near  ${near.url}  ${near.peerId}`);
  console.log(`far   ${far.url}  ${far.peerId}\n`);

  const byAddress = await submitAndWait(near.url, { multiaddr: far.multiaddrs[0] ?? "" });
  assert.equal(byAddress.peerId, far.peerId);
  console.log(`by address   ${far.peerId} answered ${JSON.stringify(byAddress.result)}`);

  await untilFound(near.url, far.peerId);
  const byPeerId = await submitAndWait(near.url, { peerId: far.peerId });
  assert.equal(byPeerId.peerId, far.peerId);
  console.log(`found by mDNS  ${far.peerId} answered ${JSON.stringify(byPeerId.result)}`);

  const local = await submitAndWait(far.url, {});
  assert.equal(local.peerId, far.peerId);
  console.log(`own queue    ${far.peerId} answered ${JSON.stringify(local.result)}`);
  console.log("\nAll results are as expected.");
} finally {
  await Deno.remove(home, { recursive: true });
}
// libp2p in this process, if it was loaded, would keep it alive.
Deno.exit(0);

/** Which node's queue: by address, by peer id, or the asked node's own. */
interface Target {
  readonly multiaddr?: string;
  readonly peerId?: string;
}

/** Ask one node to have a task done, and wait for the result. */
async function submitAndWait(
  url: string,
  { multiaddr = "", peerId = "" }: Target,
): Promise<{ readonly peerId: unknown; readonly result: unknown }> {
  const text = crypto.randomUUID();
  const submitted = await call(url, "p2p_taskqueue_submit", {
    "task_type": "tool.call",
    payload: { tool: "echo", args: { text } },
    "remote_multiaddr": multiaddr,
    "peer_id": peerId,
  });
  const { task } = await call(url, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    "remote_multiaddr": multiaddr,
    "remote_peer_id": peerId,
  });
  assert.equal(task.status, "completed");
  assert.deepEqual(task.result, { tool: "echo", result: { text } });
  return { peerId: submitted["peer_id"], result: task.result.result };
}

/** mDNS takes a moment, at most a few seconds. */
async function untilFound(url: string, peerId: string): Promise<void> {
  const endMs = Date.now() + 30_000;
  while (Date.now() < endMs) {
    const { peers } = await call(url, "list_peers", {});
    if (peers.some((peer: { "peer_id": string }) => peer["peer_id"] === peerId)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The node did not find ${peerId} by mDNS; is multicast allowed here?`);
}

// deno-lint-ignore no-explicit-any -- each tool has its own result
async function call(url: string, tool: string, args: Record<string, any>): Promise<any> {
  const { structuredContent, isError, text } = await callTool(url, tool, args);
  if (isError) throw new Error(text);
  return structuredContent;
}
