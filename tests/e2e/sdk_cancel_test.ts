import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { addressOf, callMcpp, startMcpp } from "./mcpp_process.ts";
import { untilCallEnded, untilOperationEnded } from "./until_ended.ts";
import { within } from "./within.ts";

const env = { MCPP_TOKEN: "e2e-token" };
const WAIT = "p2p_taskqueue_wait_task";

/** The client's own. */
const DELAYS = {
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
};

/** What a wait can be interrupted with. */
interface Waiting {
  readonly controller: AbortController;
  readonly transport: StreamableHTTPClientTransport;
}

/** Have a client wait for a task on the far node, and look how the wait ends on both. */
async function withWaiting(mode: "legacy" | "auto", interrupt: (waiting: Waiting) => unknown) {
  await using near = await startMcpp({ env, args: ["--no-worker"] });
  await using far = await startMcpp({ env, args: ["--no-worker"] });
  const target = { "remote_multiaddr": addressOf(far) };
  const { "task_id": taskId } = await callMcpp(near, "p2p_taskqueue_submit", {
    "task_type": "nobody.does",
    payload: {},
    ...target,
  });
  const transport = new StreamableHTTPClientTransport(new URL(near.ready.url), {
    // It would leave a timer behind.
    reconnectionOptions: { ...DELAYS, maxRetries: 0 },
  });
  const client = new Client({ name: "e2e", version: "1.0.0" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  const controller = new AbortController();
  const heard = Promise.withResolvers<void>();
  const call = client.callTool({ name: WAIT, arguments: { "task_id": taskId, ...target } }, {
    signal: controller.signal,
    onprogress: () => heard.resolve(),
  });
  const failing = assert.rejects(call);
  await within("progress", heard.promise);
  await interrupt({ controller, transport });
  assert.equal(await within("the near end", untilCallEnded(near, WAIT)), "cancelled");
  assert.equal(await within("the far end", untilOperationEnded(far, "watch")), "cancelled");
  await client.close();
  await failing;
}

for (const mode of ["legacy", "auto"] as const) {
  Deno.test(`a wait that is cancelled ends on the far node too, in ${mode} mode`, async () => {
    await withWaiting(mode, ({ controller }) => controller.abort());
  });
}

Deno.test("a wait ends on the far node when its session is ended", async () => {
  await withWaiting("legacy", ({ transport }) => transport.terminateSession());
});
