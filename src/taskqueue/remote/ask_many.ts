import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { PeerProtocolError } from "../errors.ts";
import { fromErrorReply } from "../protocol/from_error_reply.ts";
import type { CallOptions } from "../task_queue.ts";
import { type BatchItem, settleEach, toBatches } from "./batches.ts";
import type { OpFallback } from "./op_fallback.ts";
import type { PeerLink } from "./peer_link.ts";

/** An operation on many items, and how the same is done to one. */
export interface ManyOp<I, R> extends CallOptions {
  /** Such as `submit_many`. */
  readonly op: string;
  /** The member of the request that has the items. */
  readonly member: string;
  /** An item as the wire has it. */
  readonly toWire: (input: I) => JsonObject;
  /** What came of an item; `peerId` is who answered. */
  readonly parse: (result: JsonObject, input: I, peerId: string) => Promise<R> | R;
  /** Does it to one item. */
  readonly single: (input: I) => Promise<R>;
}

/** The peer. */
export interface ManyDeps {
  readonly link: PeerLink;
  readonly ops: OpFallback;
}

/**
 * Ask a peer to do something to many items, each for itself: what fails, for whatever reason, is in
 * the results.
 *
 * @throws {unknown} The signal's reason, if it aborts.
 */
export async function askMany<I, R>(
  deps: ManyDeps,
  inputs: readonly I[],
  many: ManyOp<I, R>,
): Promise<readonly PromiseSettledResult<R>[]> {
  const { signal } = many;
  signal?.throwIfAborted();
  const results = new Array<PromiseSettledResult<R>>(inputs.length);
  const items: BatchItem<I>[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      items.push({ index, input, wire: many.toWire(input) });
    } catch (reason) {
      results[index] = { status: "rejected", reason };
    }
  }
  const { maxBatch, maxConcurrent } = deps.link.limits;
  await settleEach(toBatches(items, maxBatch), async (batch) => {
    const settled = await askBatch(deps, batch, many);
    settled.forEach((result, place) => results[batch[place]?.index ?? -1] = result);
  }, { maxConcurrent, signal });
  return results;
}

/** What became of the items of one request. */
async function askBatch<I, R>(
  { link, ops }: ManyDeps,
  batch: readonly BatchItem<I>[],
  many: ManyOp<I, R>,
): Promise<readonly PromiseSettledResult<R>[]> {
  const { op, member, signal } = many;
  const options = { maxConcurrent: link.limits.maxConcurrent, signal };
  const askSingly = () => settleEach(batch, ({ input }) => many.single(input), options);
  if (batch.length === 1) return await askSingly();
  const request = { op, [member]: batch.map(({ wire }) => wire) };
  try {
    return await ops.run(op, async () => {
      const { message, peerId } = await link.ask(request, { signal, isRepeatable: true });
      const { results } = message;
      if (!Array.isArray(results) || results.length !== batch.length) {
        throw new PeerProtocolError("invalid_reply", { op, peerId });
      }
      return await settleEach(batch, ({ input, wire }, place) => {
        const result = results[place];
        if (!isJsonObject(result)) throw new PeerProtocolError("invalid_reply", { op, peerId });
        if (result["ok"] === true) return many.parse(result, input, peerId);
        throw fromErrorReply(result, { op, peerId, message: wire });
      }, options);
    }, askSingly);
  } catch (reason) {
    return batch.map(() => ({ status: "rejected", reason }));
  }
}
