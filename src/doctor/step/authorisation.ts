import type { Clock } from "../../concurrency/mod.ts";
import {
  askAtEdge,
  PeerRefusedError,
  type QueueStatus,
  type TaskQueue,
} from "../../taskqueue/mod.ts";
import { type Outcome, toFailure } from "../checklist.ts";

const MAX_PROGRAM_LENGTH = 64;

/** Who asks whom. */
export interface AuthorisationOptions {
  readonly queue: TaskQueue;
  /** Under which id this program is there. */
  readonly ownPeerId: string;
  /** Whether it will have that id again. */
  readonly isLasting: boolean;
  /** Whether it presents a token. */
  readonly hasToken: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * See whether a peer lets this program in.
 *
 * @param options Who asks whom.
 * @returns That it does.
 */
export async function checkAuthorisation(options: AuthorisationOptions): Promise<Outcome<true>> {
  const { queue, ownPeerId, isLasting, hasToken, clock, signal } = options;
  const startMs = clock.monotonicMs();
  const details = { ownPeerId, hasToken };
  let status: QueueStatus;
  try {
    status = await askAtEdge(() => queue.status({ signal }));
  } catch (error) {
    signal.throwIfAborted();
    const isRefused = error instanceof PeerRefusedError && error.code === "unauthorized";
    if (!isRefused) return { finding: { ...toFailure(error), details } };
    return {
      finding: {
        status: "failed",
        code: "unauthorized",
        message: hasToken
          ? `It lets in neither ${ownPeerId} nor holders of this token`
          : `It does not let in ${ownPeerId}, which shows no token`,
        hint: isLasting
          ? `Run there: mcpp peers trust ${ownPeerId}; or mcpp invite, and mcpp join here; ` +
            "or give both nodes the same token"
          : "Run mcpp invite there, and mcpp join here; or give both nodes the same token",
        details,
      },
    };
  }
  const durationMs = Math.round(clock.monotonicMs() - startMs);
  // A peer says of itself what it likes.
  const program = status.program?.slice(0, MAX_PROGRAM_LENGTH);
  const message = `${program ?? "It"} lets in ${ownPeerId}, and answers after ${durationMs} ms`;
  const more = { durationMs, ...(program !== undefined && { program }) };
  return { finding: { status: "ok", message, details: { ...details, ...more } }, value: true };
}
