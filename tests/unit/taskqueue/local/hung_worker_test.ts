import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../../../src/taskqueue/mod.ts";
import { withLocalQueue } from "../with_local_queue.ts";

const { leaseMs, retryBaseMs } = DEFAULT_LIMITS;
const WISH = { types: ["text"], waitMs: 600_000 };

// docs/protocol.md, 5.6
Deno.test("LocalTaskQueue gives a lost task to another worker, not to a claim that the hung one left open", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const hung = { worker: "hung", claimer: "peer-a", ...WISH };
    await queue.claim(hung);
    const leftOpen = queue.claim(hung);
    const other = queue.claim({ worker: "other", claimer: "peer-b", ...WISH });
    await clock.advance(leaseMs);
    assert.deepEqual(await leftOpen, []);
    // The owner of a task is chosen among the living, so no grace is lost either.
    await clock.advance(retryBaseMs);
    const [task] = await other;
    assert.equal(task?.id, taskId);
    assert.equal(task?.lease?.worker, "other");
  });
});

Deno.test("LocalTaskQueue trusts a worker again that asks again", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const wish = { worker: "slow", claimer: "peer-a", ...WISH };
    await queue.claim(wish);
    await clock.advance(leaseMs);
    const again = queue.claim(wish);
    await clock.advance(retryBaseMs);
    assert.equal((await again)[0]?.id, taskId);
  });
});
