/**
 * A program that calls its own node's queue and another's, with the node in the same event loop, or
 * with `--bridge` in another thread. Either is a process of its own, so that time and memory are its own.
 */

import process from "node:process";
import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { answerQuestions } from "../answer_questions.ts";
import { FILLED_PAYLOAD } from "../fill_queue.ts";
import { measureBurst, measureRate, type Operation } from "../measure.ts";
import { createWakeOperation } from "../wake_operation.ts";
import { type BridgedQueue, type BridgedQueues, openQueues } from "./node.ts";
import { openBridge } from "./open_bridge.ts";

const IN_FLIGHT = { concurrency: 64, operations: 1_280 };

const [multiaddr = "", token = "", flag] = Deno.args;

await runTaskGroup(async (group) => {
  await using resources = new AsyncDisposableStack();
  const options = { multiaddr, token };
  const queues: BridgedQueues = flag === "--bridge"
    ? await openBridge(options)
    : await openQueues(group, { ...options, resources });
  const operations = new Map([
    ...await createOperations("local", queues.local),
    ...await createOperations("remote", queues.remote),
  ]);
  const operationOf = (name: unknown): Operation => {
    const operation = operations.get(String(name));
    if (operation === undefined) throw new RangeError(`There is no operation "${name}"`);
    return operation;
  };
  await answerQuestions({
    latency: async ({ of }) => ({ samples: await measureBurst(operationOf(of)) }),
    async rate({ of }) {
      const before = process.cpuUsage();
      const rate = await measureRate(operationOf(of), IN_FLIGHT);
      const { user, system } = process.cpuUsage(before);
      return { rate, cpuUs: (user + system) / IN_FLIGHT.operations };
    },
  });
  group.cancel();
});
// The other thread would go on.
Deno.exit(0);

async function createOperations(
  where: string,
  queue: BridgedQueue,
): Promise<readonly (readonly [string, Operation])[]> {
  const { taskId } = await queue.submit({ type: "never.done", payload: FILLED_PAYLOAD });
  return [
    [`${where} submit`, () => queue.submit({ type: "never.done", payload: FILLED_PAYLOAD })],
    [`${where} get`, () => queue.get(taskId)],
    [`${where} wake`, createWakeOperation(queue)],
  ];
}
