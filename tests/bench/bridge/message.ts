import type { BridgedQueue, BridgedQueues } from "./node.ts";

/** A call that crosses the bridge. */
export interface BridgeRequest {
  readonly id: number;
  readonly queue: keyof BridgedQueues;
  readonly method: keyof BridgedQueue;
  readonly args: readonly unknown[];
}

/** What comes back. */
export type BridgeReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
