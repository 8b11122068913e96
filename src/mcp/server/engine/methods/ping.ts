import type { QuickMethod } from "../method.ts";

/** `ping`: whether anybody is there. */
export const ping: QuickMethod = { eras: "legacy", answer: () => ({}) };
