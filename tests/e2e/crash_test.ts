import assert from "node:assert/strict";
import { runTaskGroup } from "../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { createQueueClient, type TaskQueue } from "../../src/taskqueue/mod.ts";
import { openFakeTextEndpoint } from "./fake_text_endpoint.ts";
import { addressOf, callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const TOKEN = "crash-token";
const ENV = { MCPP_TOKEN: TOKEN };
const ROUNDS = 25;
const SUBMITTERS = 8;
const WORKERS = 4;
const TYPE = "crash.test";
/** libp2p leaves timers behind when it stops. */
const REAL_NETWORK = { sanitizeOps: false, sanitizeResources: false };

/** What the node has acknowledged, and what was asked of it without an answer. */
class Ledger {
  readonly submitted = new Set<string>();
  /** Result that was acknowledged, by task. */
  readonly completed = new Map<string, string>();
  /** Results that may have got through although the node did not say so. */
  readonly attempted = new Map<string, Set<string>>();

  #news = Promise.withResolvers<void>();

  noteSubmitted(taskId: string): void {
    this.submitted.add(taskId);
    this.#news.resolve();
  }

  /** Wait for so many acknowledgements more. */
  async waitForMore(count: number): Promise<void> {
    const target = this.#size + count;
    while (this.#size < target) {
      await this.#news.promise;
      this.#news = Promise.withResolvers();
    }
  }

  get #size(): number {
    return this.submitted.size + this.completed.size;
  }

  tryComplete(taskId: string, result: string): void {
    this.attempted.set(taskId, (this.attempted.get(taskId) ?? new Set()).add(result));
  }

  noteCompleted(taskId: string, result: string): void {
    assert.ok(!this.completed.has(taskId), `two completions were accepted: task "${taskId}"`);
    this.completed.set(taskId, result);
    this.#news.resolve();
  }
}

/** Ask until it fails, which is when the node is killed or the round is over. */
async function untilItFails(ask: () => Promise<void>): Promise<void> {
  try {
    for (;;) await ask();
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

async function submitOne(queue: TaskQueue, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const taskId = crypto.randomUUID();
  await queue.submit({ type: TYPE, payload: { taskId }, taskId, maxAttempts: 1_000 }, { signal });
  ledger.noteSubmitted(taskId);
}

async function workOnce(queue: TaskQueue, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const claim = { worker: "w", types: [TYPE], limit: 4, waitMs: 1_000 };
  for (const task of await queue.claim(claim, { signal })) {
    const result = crypto.randomUUID();
    const token = task.lease?.token ?? "";
    const outcome = { status: "completed", result: { result } } as const;
    ledger.tryComplete(task.id, result);
    await queue.finish({ taskId: task.id, token, outcome }, { signal });
    ledger.noteCompleted(task.id, result);
  }
}

/** Put load on a node, and kill it after so many acknowledgements. */
async function runRound(
  node: McppProcess,
  ledger: Ledger,
  acknowledgements: number,
): Promise<void> {
  await using network = await openLibp2pNetwork();
  await using client = createQueueClient({ network, token: TOKEN });
  const queue = client.queueOf({ multiaddr: addressOf(node) });
  await queue.status();
  await runTaskGroup(async (group, signal) => {
    for (let n = 0; n < SUBMITTERS; n++) {
      group.spawn("submit", () => untilItFails(() => submitOne(queue, ledger, signal)));
    }
    for (let n = 0; n < WORKERS; n++) {
      group.spawn("work", () => untilItFails(() => workOnce(queue, ledger, signal)));
    }
    await within("acknowledgements", ledger.waitForMore(acknowledgements));
    node.kill("SIGKILL");
    await node.waitForExit();
    group.cancel("the node is dead");
  });
}

/** Do all that is left. */
async function drain(queue: TaskQueue, ledger: Ledger): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  for (;;) {
    const { total } = await queue.counts({ signal });
    if (total.queued + total.running === 0) return;
    await workOnce(queue, ledger, signal);
  }
}

Deno.test({
  name: "nothing acknowledged is lost or done twice when the node is killed again and again",
  ...REAL_NETWORK,
  fn: async () => {
    await using home = await openTempDir();
    const ledger = new Ledger();
    const args = ["--no-worker", "--lease-ms", "1000", "--ownership-grace-ms", "0"];
    const start = () => startMcpp({ home: home.path, env: ENV, args });
    for (let round = 0; round < ROUNDS; round++) {
      await using node = await start();
      // From a node that is only just up to one in the middle of its work.
      await runRound(node, ledger, 1 + (round * 37) % 200);
    }
    await using node = await start();
    await using network = await openLibp2pNetwork();
    await using client = createQueueClient({ network, token: TOKEN });
    const queue = client.queueOf({ multiaddr: addressOf(node) });
    await drain(queue, ledger);
    for (const taskId of ledger.submitted) {
      const task = await queue.get(taskId);
      assert.equal(task?.status, "completed", `lost: task "${taskId}", ${JSON.stringify(task)}`);
      const result = String(task?.result?.["result"]);
      const acknowledged = ledger.completed.get(taskId);
      if (acknowledged !== undefined) assert.equal(result, acknowledged);
      else assert.ok(ledger.attempted.get(taskId)?.has(result), "a result came from nowhere");
    }
    assert.equal(await node.stop(), 0);
  },
});

const GENERATION = {
  "task_type": "text-generation",
  "model_name": "tiny",
  payload: { prompt: "hi" },
};

Deno.test("a worker that stands still loses its task, and its late result is refused", async () => {
  await using endpoint = openFakeTextEndpoint();
  const args = ["--no-worker", "--lease-ms", "1000", "--ownership-grace-ms", "0"];
  await using node = await startMcpp({ env: ENV, args });
  const startWorker = () =>
    startMcpp({ command: "worker", endpoint, env: ENV, args: ["--peer", addressOf(node)] });
  await using slow = await startWorker();
  const { task_id: taskId } = await callMcpp(node, "p2p_taskqueue_submit", GENERATION);
  const first = await within("the task to start", endpoint.nextGeneration());
  await using quick = await startWorker();
  const stoppedAtMs = performance.now();
  slow.kill("SIGSTOP");
  const second = await within("the task to start again", endpoint.nextGeneration());
  const reclaimedMs = performance.now() - stoppedAtMs;
  // Lease and a second, and what starting an HTTP request may take on a busy machine.
  assert.ok(reclaimedMs < 1_000 + 1_000 + 500, `reclaimed after ${reclaimedMs} ms`);
  second.write("from the second");
  second.finish();
  const get = () => callMcpp(node, "p2p_taskqueue_wait_task", { "task_id": taskId });
  assert.equal((await get()).task.result.text, "from the second");
  first.write("from the first");
  first.finish();
  slow.kill("SIGCONT");
  await slow.stderr.waitFor(/lease_lost|"lost"|outcome[=: "]+lost/);
  const { task } = await get();
  assert.equal(task.result.text, "from the second");
  assert.deepEqual(task.failures.map(({ code }: { code: string }) => code), ["lease_expired"]);
  assert.equal(await quick.stop(), 0);
});
