import { countDifferingBits, toDigest } from "./digest.ts";
import { hashText } from "./hash_text.ts";
import { pythonStrip } from "./python_strip.ts";

/** What {@linkcode selectOwner} chooses by. */
export interface SelectOwnerInput {
  /** The candidates, in order: of equally near ones the first wins. */
  readonly peerIds: Iterable<string>;
  /** Root of the clock, as `MerkleClock.root` or `merkleRoot` gives it. */
  readonly clockHash: string;
  /** Hash of the task, as `taskHash` gives it. */
  readonly taskHash: string;
}

/**
 * Choose the owner of a task as Python peers do: the peer whose hashed id has the smallest Hamming
 * distance to the hash of clock root and task hash.
 *
 * Ids are stripped of white space first; blank ones are no candidates.
 *
 * @param input Candidates and hashes.
 * @returns The owner's id, stripped; empty if there is no candidate.
 * @throws {UnencodableTextError} If an id or a hash has an unpaired surrogate.
 *
 * @example The nearest of three
 * ```ts
 * import { merkleRoot, selectOwner, taskHash } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const owner = selectOwner({
 *   peerIds: ["peer-A", "peer-B", "peer-C"],
 *   clockHash: merkleRoot([["taskqueue-service", 0n]]),
 *   taskHash: taskHash({ taskId: "t1", taskType: "text-generation", modelName: "gpt2" }),
 * });
 * assert.equal(owner, "peer-C");
 * ```
 */
export function selectOwner(input: SelectOwnerInput): string {
  const peerIds = new Set<string>();
  for (const peerId of input.peerIds) peerIds.add(pythonStrip(peerId));
  peerIds.delete("");
  if (peerIds.size === 0) return "";
  const target = toDigest(hashText(`${input.clockHash}:${input.taskHash}`));
  let owner = "";
  let ownerDistance = Infinity;
  for (const peerId of peerIds) {
    const distance = countDifferingBits(target, toDigest(hashText(peerId)));
    if (distance < ownerDistance) {
      owner = peerId;
      ownerDistance = distance;
    }
  }
  return owner;
}
