import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { withDirectory } from "../../store/sqlite/with_directory.ts";
import { testTaskQueue } from "../task_queue_conformance.ts";
import { TASK_TYPES, withLocalQueue } from "../with_local_queue.ts";

testTaskQueue("LocalTaskQueue over SQLite", (body) =>
  withDirectory((path) =>
    withLocalQueue(
      ({ queue, clock }) =>
        body({
          queue,
          taskTypes: TASK_TYPES,
          leaseMs: queue.limits.leaseMs,
          advance: (ms) => clock.advance(ms),
        }),
      { openStore: () => openSqliteTaskStore({ path }) },
    )
  ));
