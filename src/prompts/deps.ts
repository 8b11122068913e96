import type { Clock } from "../concurrency/mod.ts";
import type { ResourceProvider } from "../mcp/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import type { Neighbourhood, QueueDirectory } from "../tools/mod.ts";

/** What the prompts are made of. */
export interface PromptDeps {
  /** This node's queue. */
  readonly queue: TaskQueue;
  /** Asks peers what they can do. */
  readonly queues: QueueDirectory;
  /** The node's view of its neighbours; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  /** What is embedded, as far as the caller may read it. */
  readonly resources: readonly ResourceProvider[];
  /** Names of the tools that tasks may call, asked anew each time. */
  readonly toolNames: () => readonly string[];
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}
