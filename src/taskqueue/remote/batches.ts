import { type JsonObject, toJson } from "../../codec/mod.ts";
import { Limiter } from "../../concurrency/mod.ts";
import { MAX_LINE_BYTES } from "../protocol/constants.ts";

/** Room for what surrounds the items of a request. */
const OVERHEAD_BYTES = 1_024;

/** One of many items of a call. */
export interface BatchItem<I> {
  /** Its place in the call. */
  readonly index: number;
  readonly input: I;
  /** The item as the wire has it. */
  readonly wire: JsonObject;
}

/**
 * Put items into as few requests as have room for them. An item that has no room at all gets one of
 * its own, and is refused when that is sent.
 *
 * @param items The items.
 * @param maxItems How many fit into a request by number.
 */
export function toBatches<I>(
  items: readonly BatchItem<I>[],
  maxItems: number,
): readonly (readonly BatchItem<I>[])[] {
  const encoder = new TextEncoder();
  const batches: BatchItem<I>[][] = [];
  let bytes = 0;
  for (const item of items) {
    const itemBytes = encoder.encode(toJson(item.wire)).length + 1;
    bytes += itemBytes;
    const batch = batches.at(-1);
    if (batch !== undefined && bytes <= MAX_LINE_BYTES && batch.length < maxItems) {
      batch.push(item);
      continue;
    }
    batches.push([item]);
    bytes = OVERHEAD_BYTES + itemBytes;
  }
  return batches;
}

/** How {@linkcode settleEach} goes about it. */
export interface SettleOptions {
  readonly maxConcurrent: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Do something for each item, several at a time, and wait for all of them.
 *
 * @throws {unknown} The signal's reason, if it aborts before the end.
 */
export async function settleEach<T, R>(
  items: readonly T[],
  fn: (item: T, place: number) => Promise<R> | R,
  { maxConcurrent, signal }: SettleOptions,
): Promise<readonly PromiseSettledResult<R>[]> {
  const limiter = new Limiter(maxConcurrent);
  const settled = await Promise.allSettled(
    items.map((item, place) => limiter.run(() => fn(item, place), { signal })),
  );
  signal?.throwIfAborted();
  return settled;
}
