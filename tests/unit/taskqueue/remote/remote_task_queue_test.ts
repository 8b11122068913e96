import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES } from "../with_local_queue.ts";
import { withRemoteQueue } from "../with_remote_queue.ts";

for (const [name, isLineOnly] of [["in frames", false], ["in lines", true]] as const) {
  testTaskQueue(
    `RemoteTaskQueue ${name}`,
    (body) =>
      withRemoteQueue(({ queue, remote, clock }) =>
        body({
          queue: remote,
          taskTypes: TASK_TYPES,
          leaseMs: queue.limits.leaseMs,
          async advance(ms) {
            // What was asked before has arrived when this is answered.
            await remote.status();
            await clock.advance(ms);
          },
        }), { isLineOnly }),
  );
}
