/**
 * A task store in memory.
 *
 * @module
 */

export { createMemoryTaskStore } from "./memory_task_store.ts";
