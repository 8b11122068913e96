/** A day in milliseconds. */
export const DAY_MS = 86_400_000;
/** Longest delay that a JavaScript timer can hold, in milliseconds. */
export const MAX_TIMER_MS = 2_147_483_647;
/** A mebibyte in bytes. */
export const MIB = 1024 * 1024;
