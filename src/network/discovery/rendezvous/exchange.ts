import { toError } from "../../../error/mod.ts";
import { type Clock, moveOnAfter } from "../../../concurrency/mod.ts";
import type { Network, Stream } from "../../network.ts";
import type { RendezvousMessage, RendezvousRequest } from "./message.ts";
import { RENDEZVOUS_PROTOCOL } from "./protocol.ts";
import { MessageStream } from "./wire/message_stream.ts";

/** Asks a rendezvous point; the answer to `unregister` is `undefined`. */
export type Exchange = (
  request: RendezvousRequest,
  signal: AbortSignal,
) => Promise<RendezvousMessage | undefined>;

/** As much as other implementations send at once. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** A point that has answered has this long to end the stream. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Whom to ask, and how. */
export interface ExchangeOptions {
  readonly network: Pick<Network, "openStream">;
  /** Where the point is. */
  readonly multiaddr: string;
  readonly clock: Clock;
}

/**
 * Ask a rendezvous point over the network, each time on a stream of its own, as points of other
 * implementations end the stream after one answer.
 *
 * @param options Whom.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { network, multiaddr, clock } = options;
  return async (request, signal) => {
    const stream = await network.openStream({ multiaddr }, RENDEZVOUS_PROTOCOL, { signal });
    try {
      const messages = new MessageStream(stream, { maxMessageBytes: MAX_ANSWER_BYTES });
      await messages.write(request, { signal });
      const answer = request.type === "unregister" ? undefined : await messages.read({ signal });
      await end(stream, clock, signal);
      return answer ?? undefined;
    } catch (error) {
      stream.abort(toError(error));
      throw error;
    }
  };
}

async function end(stream: Stream, clock: Clock, signal: AbortSignal): Promise<void> {
  const ended = await moveOnAfter(CLOSE_TIMEOUT_MS, (limit) => stream.close({ signal: limit }), {
    name: "close rendezvous stream",
    clock,
    signal,
  });
  if (ended.timedOut) stream.abort(new Error("The other side did not end the stream"));
}
