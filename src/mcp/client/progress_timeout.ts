import type { Clock } from "../../concurrency/mod.ts";
import type { ToolProgress } from "../tool.ts";
import { CallTimeoutError } from "./errors.ts";
import type { CallToolOptions } from "./mcp_client.ts";

/** A call with a time limit that begins anew with every progress. */
export interface LimitedCall {
  /** The tool, for the error message. */
  readonly toolName: string;
  /** As the caller gave them. */
  readonly options: CallToolOptions;
  /** Whose time it is. */
  readonly clock: Clock;
}

/**
 * Make a call, and give it up when there was no progress for too long.
 *
 * @param call Which call, and its options.
 * @param run Makes it, with options that have no time limit but this one's signal.
 * @returns What it came to.
 * @throws {CallTimeoutError} If it took too long.
 */
export async function withProgressTimeout<T>(
  { toolName, options, clock }: LimitedCall,
  run: (options: CallToolOptions) => Promise<T>,
): Promise<T> {
  const { timeoutMs, signal, onProgress } = options;
  if (timeoutMs === undefined) return await run(options);
  signal?.throwIfAborted();
  const late = new AbortController();
  const expire = (): void => late.abort(new CallTimeoutError(toolName, timeoutMs));
  let timer = clock.setTimer(timeoutMs, expire);
  const extend = (progress: ToolProgress): void => {
    timer[Symbol.dispose]();
    timer = clock.setTimer(timeoutMs, expire);
    onProgress?.(progress);
  };
  const signals = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  try {
    return await run({ onProgress: extend, signal: signals });
  } finally {
    timer[Symbol.dispose]();
  }
}
