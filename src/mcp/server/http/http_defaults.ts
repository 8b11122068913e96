/** Largest body of a request. */
export const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Longest time for a body to arrive. */
export const DEFAULT_BODY_TIMEOUT_MS = 30_000;
/** Largest answer. */
export const DEFAULT_MAX_RESULT_BYTES = 16 * 1024 * 1024;
/** How long an answer may take before a stream of events begins, so that nobody takes it for lost. */
export const DEFAULT_SSE_AFTER_MS = 250;
