import { InvalidPeerRecordError } from "../../errors.ts";
import type { PeerRecord } from "../../discovery/peer_record_codec.ts";
import { openPeerRecord } from "../peer_record_codec.ts";
import { fromPeerKey } from "./peer_key.ts";

/** As much as a peer with some dozen addresses needs, and little enough for thousands of records. */
const MAX_RECORD_BYTES = 4096;

/**
 * Check what somebody wants to be kept under a key, or says to have found there.
 *
 * @param key The key.
 * @param value The signed peer record.
 * @returns What it says.
 * @throws {InvalidPeerRecordError} If it is not the record of the peer that the key names.
 */
export async function checkRecord(key: Uint8Array, value: Uint8Array): Promise<PeerRecord> {
  const peerId = fromPeerKey(key);
  if (peerId === undefined) throw new InvalidPeerRecordError("its key names no peer");
  if (value.length > MAX_RECORD_BYTES) throw new InvalidPeerRecordError("it is too long");
  const record = await openPeerRecord(value);
  if (record.peerId === peerId) return record;
  throw new InvalidPeerRecordError("its key names another peer than the one that has signed it");
}

/**
 * Choose the newest of several records.
 *
 * @param key The key under which all were found.
 * @param values The records; what is invalid is never chosen unless all are.
 * @returns Which one.
 */
export async function selectRecord(
  key: Uint8Array,
  values: readonly Uint8Array[],
): Promise<number> {
  let best = 0;
  let bestSeq = -1n;
  for (const [index, value] of values.entries()) {
    const seq = await readSeq(key, value);
    if (seq > bestSeq) [best, bestSeq] = [index, seq];
  }
  return best;
}

async function readSeq(key: Uint8Array, value: Uint8Array): Promise<bigint> {
  try {
    return (await checkRecord(key, value)).seq;
  } catch (error) {
    if (error instanceof InvalidPeerRecordError) return -1n;
    throw error;
  }
}
