import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES, withLocalQueue } from "../with_local_queue.ts";

testTaskQueue("LocalTaskQueue", (body) =>
  withLocalQueue(({ queue, clock }) =>
    body({
      queue,
      taskTypes: TASK_TYPES,
      leaseMs: queue.limits.leaseMs,
      advance: (ms) => clock.advance(ms),
    })
  ));
