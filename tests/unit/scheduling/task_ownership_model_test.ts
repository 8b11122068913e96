import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ClaimCandidate,
  merkleRoot,
  taskHash,
  TaskOwnership,
} from "../../../src/scheduling/mod.ts";
import { sha256, slowDistance } from "./slow_owner.ts";

const RECENT_MS = 100;
const TYPES = ["shell", "text"] as const;
const PEERS = ["peer-22", "peer-51", "peer-0", "__proto__", "7"];

/** Who asked when for what, without caches and without bounds. */
class SlowOwnership {
  readonly #claims: { peerId: string; type: string; atMs: number }[] = [];

  note(peerId: string, types: readonly string[], nowMs: number): void {
    for (const type of types) this.#claims.push({ peerId, type, atMs: nowMs });
  }

  forget(peerId: string): void {
    const kept = this.#claims.filter((claim) => claim.peerId !== peerId);
    this.#claims.splice(0, Infinity, ...kept);
  }

  members(type: string, nowMs: number): readonly string[] {
    const recent = this.#claims.filter((claim) =>
      claim.type === type && nowMs - claim.atMs <= RECENT_MS
    );
    return [...new Set(recent.map(({ peerId }) => peerId))].sort();
  }

  ownerOf(id: string, type: string, nowMs: number): string | undefined {
    const hash = taskHash({ taskId: id, taskType: type, modelName: "" });
    const target = sha256(`${merkleRoot([])}:${hash}`);
    const [nearest] = this.members(type, nowMs).map((peerId) => {
      const digest = sha256(peerId);
      const xor = BigInt(`0x${target}`) ^ BigInt(`0x${digest}`);
      return { peerId, rank: [BigInt(slowDistance(target, digest)), xor] as const };
    }).sort(({ rank: [a, aXor] }, { rank: [b, bXor] }) => Number(a - b) || (aXor < bXor ? -1 : 1));
    return nearest?.peerId;
  }
}

const peer = fc.constantFrom(...PEERS);
const step = fc.oneof(
  fc.record({ kind: fc.constant("note" as const), peer, types: fc.subarray([...TYPES]) }),
  fc.record({ kind: fc.constant("forget" as const), peer }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("ask" as const), type: fc.constantFrom(...TYPES) }),
);

Deno.test("TaskOwnership agrees with a slow and simple implementation, whoever comes and goes", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40, size: "max" }),
      fc.boolean(),
      (steps, isAnyAllowed) => {
        const [ownership, slow] = [new TaskOwnership({ recentMs: RECENT_MS }), new SlowOwnership()];
        const epochs = new Map<string, string>();
        let nowMs = 0;
        for (const action of steps) {
          if (action.kind === "wait") nowMs += action.ms;
          if (action.kind === "forget") {
            ownership.forget(action.peer);
            slow.forget(action.peer);
          }
          if (action.kind === "note") {
            const isAny = isAnyAllowed && action.types.length === TYPES.length;
            ownership.noteClaim(action.peer, isAny ? "any" : action.types, nowMs);
            slow.note(action.peer, action.types, nowMs);
          }
          if (action.kind !== "ask") continue;
          const members = slow.members(action.type, nowMs);
          assert.deepEqual(ownership.members(action.type, nowMs), members);
          for (const id of ["t1", "t2", "t3", "t4"]) {
            const task: ClaimCandidate = { id, type: action.type, model: "", readyAtMs: nowMs };
            const owner = slow.ownerOf(id, action.type, nowMs);
            assert.equal(ownership.ownerOf(task, nowMs), owner);
            for (const peerId of PEERS) {
              const may = owner === undefined || owner === peerId;
              assert.equal(ownership.mayClaim(peerId, task, nowMs), may);
            }
          }
          // One epoch, one membership.
          const key = `${ownership.epoch} ${action.type}`;
          assert.equal(epochs.get(key) ?? members.join(), members.join());
          epochs.set(key, members.join());
        }
      },
    ),
    { numRuns: 200 },
  );
});
