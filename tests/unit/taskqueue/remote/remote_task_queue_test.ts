import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES } from "../with_local_queue.ts";
import { withRemoteQueue } from "../with_remote_queue.ts";

testTaskQueue("RemoteTaskQueue", (body) =>
  withRemoteQueue(({ queue, remote, clock }) =>
    body({
      queue: remote,
      taskTypes: TASK_TYPES,
      leaseMs: queue.limits.leaseMs,
      advance: (ms) => clock.advance(ms),
    })
  ));
