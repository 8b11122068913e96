/**
 * A network in memory, for tests: several nodes in one process, joined by a hub.
 *
 * @module
 */

export {
  MemoryHub,
  type MemoryHubOptions,
  type MemoryNodeOptions,
  type MemoryReachability,
} from "./memory_hub.ts";
