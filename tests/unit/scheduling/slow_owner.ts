import { createHash } from "node:crypto";

interface SlowOwnerInput {
  readonly peerIds: readonly string[];
  readonly clockHash: string;
  readonly taskHash: string;
}

/** Hexadecimal SHA-256, without the code under test. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Number of different bits of two digests, by way of one large integer. */
export function slowDistance(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}

/** The owner, as the definition says it and without regard to speed. */
export function slowOwner({ peerIds, clockHash, taskHash }: SlowOwnerInput): string {
  const target = sha256(`${clockHash}:${taskHash}`);
  const spaces =
    "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  const edges = new RegExp(`^${spaces}|${spaces}$`, "g");
  const candidates = peerIds.map((peerId) => peerId.replace(edges, "")).filter((id) => id !== "");
  const distances = candidates.map((peerId) => slowDistance(target, sha256(peerId)));
  return candidates[distances.indexOf(Math.min(...distances))] ?? "";
}
