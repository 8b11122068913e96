import assert from "node:assert/strict";
import { systemClock } from "../../../src/concurrency/mod.ts";
import { within } from "../within.ts";
import { type HostNode, startMcppOn, untilListed, untilSo } from "./mcpp_on_host.ts";
import { type Host, hostsAreMissing, withHosts } from "./with_hosts.ts";

const ignore = hostsAreMissing;
/** Longer than it takes to notice that the other end of a connection is gone. */
const PARTITION_MS = 30_000;
/** A claim that was answered into the void is made good when its lease ends. */
const LEASE = ["--lease-ms", "5000"];
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

/** The node's address on the common network. */
function addressOf({ ready, host }: HostNode): string {
  const address = ready.multiaddrs.find((each) => each.includes(host.address));
  assert.ok(address !== undefined, ready.multiaddrs.join());
  return address;
}

async function submit(node: HostNode, count: number): Promise<readonly string[]> {
  const submitted: string[] = [];
  for (let index = 0; index < count; index++) {
    submitted.push((await node.call("p2p_taskqueue_submit", ECHO))["task_id"]);
  }
  return submitted;
}

/** Wait until all are done. Gives how often each was tried, by the queue's own account. */
async function untilDone(node: HostNode, ids: readonly string[]): Promise<Map<string, number>> {
  const attempts = new Map<string, number>();
  for (const id of ids) {
    const { task } = await node.call("p2p_taskqueue_wait_task", { "task_id": id });
    assert.equal(task.status, "completed", id);
    attempts.set(id, task.attempt ?? task.attempts);
  }
  return attempts;
}

/** How often a worker has carried out each task, by its log. */
function countRuns(worker: HostNode): ReadonlyMap<string, number> {
  const runs = new Map<string, number>();
  for (const [, id = ""] of worker.stderr.text.matchAll(/Attempt ended.*taskId=(\w+)/g)) {
    runs.set(id, (runs.get(id) ?? 0) + 1);
  }
  return runs;
}

async function canReach(node: HostNode, peerId: string): Promise<boolean> {
  try {
    return (await node.call("p2p_taskqueue_status", { "peer_id": peerId })).ok;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a partition heals within seconds, and the work queued meanwhile is done, each task once",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      await using queue = await startMcppOn(first, { args: ["--no-worker", ...LEASE] });
      await using other = await startMcppOn(second, { args: ["--no-worker"] });
      await using worker = await startMcppOn(second, {
        command: "worker",
        args: ["--peer", addressOf(queue), "--log-level", "info"],
      });
      await within("the other host", untilListed(other, queue.ready.peerId));
      await untilDone(queue, await submit(queue, 1));
      await second.unplug();
      const ids = await submit(queue, 5);
      await systemClock.sleep(PARTITION_MS);
      await second.plug();
      const [attempts] = await Promise.all([
        within("the work", untilDone(queue, ids)),
        within("the peer", untilSo(() => canReach(other, queue.ready.peerId))),
      ]);
      const runs = countRuns(worker);
      for (const [id, attempt] of attempts) {
        const count = runs.get(id) ?? 0;
        // A claim that was answered into the void counts as an attempt, too.
        assert.ok(count >= 1 && count <= attempt, `${id}: ${count} runs in ${attempt} attempts`);
      }
    }),
});

Deno.test({
  name: "a host that changes its address while it is connected is found again, and goes on working",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      await using queue = await startMcppOn(first, { args: ["--no-worker", ...LEASE] });
      await using moving = await startMcppOn(second, { args: ["--no-worker"] });
      await using _worker = await startMcppOn(second, {
        command: "worker",
        args: ["--peer", addressOf(queue)],
      });
      await within("the other host", untilListed(queue, moving.ready.peerId));
      assert.ok(await canReach(queue, moving.ready.peerId));
      await untilDone(queue, await submit(queue, 1));
      await changeAddress(second, "10.77.0.99");
      await Promise.all([
        within("the work", submit(queue, 3).then((ids) => untilDone(queue, ids))),
        within("the peer", untilSo(() => canReach(queue, moving.ready.peerId))),
        within("its peer", untilSo(() => canReach(moving, queue.ready.peerId))),
      ]);
    }),
});

async function changeAddress(host: Host, address: string): Promise<void> {
  await host.run("ip", "-4", "address", "flush", "dev", "eth0");
  await host.run("ip", "address", "add", `${address}/24`, "dev", "eth0");
}
