import {
  abortable,
  CancelReason,
  type Clock,
  runTaskGroup,
  type TaskGroup,
} from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { type IntakeShare, offenceOf } from "../../network/conduct/mod.ts";
import { FrameChannel } from "../channel/frame_channel.ts";
import { InFlight } from "./in_flight.ts";
import type { PeerBudget } from "./peer_budget.ts";
import { StreamRouter, type StreamRouterOptions } from "./stream_router.ts";
import type { RpcLimits } from "../limits.ts";

/** What {@linkcode serveRpcStream} needs. */
export interface ServeRpcStreamDeps extends Omit<StreamRouterOptions, "channel" | "inFlight"> {
  readonly limits: RpcLimits;
  /** What the peer may take, on all its streams together. */
  readonly budget: PeerBudget;
  /** Counts what is held of the frame that has begun. */
  readonly intake: Pick<IntakeShare, "add">;
}

/** What deployed peers are told about a frame that cannot be read. */
const LAST_WORDS: Readonly<Record<string, string>> = {
  "frame_too_large": "frame_too_large",
  "invalid_json": "invalid_json",
  "invalid_utf8": "invalid_json",
  "invalid_message": "invalid_message",
};

/**
 * Serve one stream until it ends. A peer that breaks it cancels its calls; one that only ends its
 * half gets its answers first.
 *
 * @throws {unknown} The signal's reason if that aborts, or the failure of the session.
 */
export async function serveRpcStream(
  stream: Stream,
  deps: ServeRpcStreamDeps,
  signal: AbortSignal,
): Promise<void> {
  const name = `rpc stream of ${stream.remotePeerId}`;
  try {
    await runTaskGroup((group) => serveChannel(group, stream, deps), { name, signal });
  } catch (error) {
    // Cancelled by itself, because it was idle or its session is over.
    const isOwnEnd = error instanceof CancelReason && error.scope === name && !signal.aborted;
    if (!isOwnEnd) throw error;
  }
}

async function serveChannel(
  group: TaskGroup,
  stream: Stream,
  deps: ServeRpcStreamDeps,
): Promise<void> {
  const { limits, clock, budget, intake } = deps;
  const channel = new FrameChannel(stream, { ...limits, clock, intake });
  const inFlight = new InFlight(budget, limits.maxInFlightPerStream);
  const router = new StreamRouter(group, { ...deps, channel, inFlight });
  group.signal.addEventListener("abort", () => router.cancelAll(group.signal.reason), {
    once: true,
  });
  group.spawn("idle watch", async (signal) => {
    const { idleTimeoutMs } = limits;
    await waitUntilIdle({ channel, inFlight, router, clock, idleTimeoutMs, signal });
    group.cancel("nothing was asked for");
  });
  const end = await readAll({ ...deps, channel, router, signal: group.signal });
  if (end === "ended") await abortable(inFlight.whenEmpty(), group.signal);
  else router.cancelAll(new CancelReason("explicit", { scope: group.name, detail: "hung up" }));
  await abortable(router.endSession(), group.signal);
  if (end === "broken") stream.abort(new Error("The stream is broken"));
  else await abortable(channel.flushed(), group.signal);
  group.cancel("the stream has ended");
}

interface Reading extends ServeRpcStreamDeps {
  readonly channel: FrameChannel;
  readonly router: StreamRouter;
  readonly signal: AbortSignal;
}

/**
 * Hands on message after message. How it ends: the peer has said all, or it said something after
 * which the stream is closed, or the stream broke.
 */
async function readAll(reading: Reading): Promise<"ended" | "refused" | "broken"> {
  const { channel, router, budget, clock, onRefused, signal } = reading;
  try {
    for (let next = await channel.read(signal); next !== null; next = await channel.read(signal)) {
      if (!router.route(next)) return "refused";
      // Not to read is all the pressure that is needed: the peer's writes wait, then the peer.
      await abortable(router.whenSessionReady(), signal);
      while (channel.isCongested) await abortable(channel.whenDrained(), signal);
      const pauseMs = budget.spendFrame();
      if (pauseMs > 0) await clock.sleep(pauseMs, { signal });
    }
    return "ended";
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof AppError ? error.code : "";
    const lastWord = LAST_WORDS[code];
    // A stream that breaks was refused nothing.
    if (offenceOf(code) !== undefined) onRefused(code);
    if (lastWord === undefined) {
      channel.break(error);
      return "broken";
    }
    router.sendLastWord(lastWord);
    return "refused";
  }
}

interface IdleWatch {
  readonly channel: FrameChannel;
  readonly inFlight: InFlight;
  readonly router: StreamRouter;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** A stream on which nothing is due and nothing is said is a place that another peer could have. */
async function waitUntilIdle(watch: IdleWatch): Promise<void> {
  const { channel, inFlight, router, clock, idleTimeoutMs, signal } = watch;
  for (;;) {
    const quietMs = clock.monotonicMs() - channel.lastActiveAtMs;
    const isBusy = inFlight.size > 0 || router.isHeld;
    if (!isBusy && quietMs >= idleTimeoutMs) return;
    await clock.sleep(isBusy ? idleTimeoutMs : idleTimeoutMs - quietMs, { signal });
  }
}
