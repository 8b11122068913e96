/**
 * Stores in memory.
 *
 * @module
 */

export { createMemoryTaskStore } from "./memory_task_store.ts";
export { createMemoryCacheStore } from "./memory_cache_store.ts";
export { createMemorySessionStore } from "./memory_session_store.ts";
