import {
  type Clock,
  isCancellation,
  runTaskGroup,
  shield,
  type TaskGroup,
} from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { MessageChannel } from "../server/channel/message_channel.ts";
import type { FarSide } from "./far_side.ts";
import { Relay } from "./relay.ts";

/** What is relayed between whom. */
export interface RelayMcpOptions {
  /** The client. */
  readonly near: MessageChannel;
  /** The server. */
  readonly far: FarSide;
  /** Give up connecting after this time. @default {15000} */
  readonly connectTimeoutMs?: number | undefined;
  /** Requests that may wait for their answers, on either side. @default {256} */
  readonly maxInFlight?: number | undefined;
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** How long hanging up may take when there is no time left. */
const HANG_UP_DEADLINE_MS = 3_000;

/**
 * Be the server that a client talks to, by relaying every message to one that is elsewhere, unchanged:
 * ids, progress and cancellation are theirs.
 *
 * The connection is made with the first request. When it is lost, requests without an answer get an
 * error, and the next request makes a new one; a session of the legacy era is opened anew there, with
 * what the client had asked of the first, and without the client's notice.
 *
 * @param group The relay's end: nothing of it outlives the group.
 * @param options The client and the server.
 * @returns When the client has ended its input and all its requests are answered, or it is gone.
 * @throws {unknown} The reason of the group's signal.
 */
export async function relayMcp(group: TaskGroup, options: RelayMcpOptions): Promise<void> {
  await runTaskGroup(async (tasks, signal) => {
    const relay = new Relay(tasks, options);
    try {
      await relay.run();
    } catch (error) {
      // A client that cannot be written to is gone, like one that has hung up.
      const isOwnEnd = isCancellation(error, signal) && !group.signal.aborted;
      if (!isOwnEnd) throw error;
    } finally {
      await shield(() => relay.hangUp(), { deadlineMs: HANG_UP_DEADLINE_MS });
    }
    tasks.cancel("the client has gone");
  }, { name: `relay to ${options.far.name}`, signal: group.signal });
}
