import { Limiter } from "../../concurrency/mod.ts";
import { toErrorMessage } from "../../error/mod.ts";
import { askStatus } from "../ask_status.ts";
import type { QueueDirectory } from "../queue_directory.ts";
import type { PeerRow } from "./list_peer_rows.ts";

const MAX_PEERS_ASKED_AT_ONCE = 16;

/** How peers are asked. */
export interface AskPeersOptions {
  /** Finds their queues. */
  readonly queues: QueueDirectory;
  /** Longest wait for each answer; milliseconds. */
  readonly timeoutMs: number;
  /** Whether to ask for counts of tasks too. @default {false} */
  readonly detail?: boolean | undefined;
  /** Told of each answer how many there are now. */
  readonly onAnswer?: ((answers: number) => void) | undefined;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Ask peers what they can do.
 *
 * @param rows The peers.
 * @param options How to ask.
 * @returns The same rows, each with `capabilities`, or with `capabilities_error` if it did not say.
 */
export async function askPeers(
  rows: readonly PeerRow[],
  options: AskPeersOptions,
): Promise<readonly PeerRow[]> {
  const { onAnswer, signal } = options;
  const limiter = new Limiter(MAX_PEERS_ASKED_AT_ONCE, { maxWaiting: rows.length });
  let answers = 0;
  const ask = async (row: PeerRow): Promise<PeerRow> => {
    const answer = await limiter.run(() => addCapabilities(row, options), { signal });
    answers++;
    onAnswer?.(answers);
    return answer;
  };
  return await Promise.all(rows.map(ask));
}

async function addCapabilities(
  row: PeerRow,
  { queues, timeoutMs, detail = false, signal }: AskPeersOptions,
): Promise<PeerRow> {
  try {
    const target = { peerId: row["peer_id"] };
    const capabilities = await askStatus(queues, target, { detail, timeoutMs, signal });
    return { ...row, capabilities };
  } catch (error) {
    signal.throwIfAborted();
    return { ...row, "capabilities_error": toErrorMessage(error) };
  }
}
