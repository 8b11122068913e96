import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { createAuthorizer, ROLES } from "../../../../src/network/mod.ts";
import { createTaskQueueServer } from "../../../../src/taskqueue/mod.ts";
import { OPS } from "../../../../src/taskqueue/ops/mod.ts";
import { withLocalQueue } from "../with_local_queue.ts";

/** What each role is good for; every operation is under exactly one of them. */
const BY_ROLE = {
  submit: [
    ...["submit", "submit_many", "get", "list", "wait", "watch", "counts"],
    ...["cancel", "retry"],
  ],
  work: [
    ...["claim", "claim_many", "complete", "complete_many", "renew", "progress", "release"],
  ],
  tools: ["tool"],
  cache: ["cache.get", "cache.has", "cache.set", "cache.delete"],
  any: ["status", "peer.heartbeat"],
};

/** Asks as the peer of this name; the peers have the role that they are called by. */
type Ask = (peerId: string, request: JsonObject) => Promise<JsonObject>;

function withRoles(body: (ask: Ask) => Promise<void>): Promise<void> {
  return withLocalQueue(async ({ queue, clock }) => {
    const authorizer = createAuthorizer({
      allowPeers: ROLES.map((role) => ({ peerId: role, roles: [role] })),
    });
    const { rpcTool } = createTaskQueueServer({ queue, authorizer, clock });
    const { signal } = new AbortController();
    await body((peerId, request) =>
      rpcTool(request, { peerId, signal, sendEvent: () => {}, onUndelivered: () => {} })
    );
  }, { peerId: "server" });
}

Deno.test("OPS need one role each", () => {
  const found = Map.groupBy(OPS, ({ role }) => role);
  for (const [role, names] of Object.entries(BY_ROLE)) {
    const own = OPS.filter((op) => op.role === role).map(({ names }) => names[0]);
    assert.deepEqual([...own].sort(), [...names].sort(), role);
  }
  assert.deepEqual([...found.keys()].sort(), Object.keys(BY_ROLE).sort());
});

// docs/protocol.md, 4.1
Deno.test("createTaskQueueServer lets a peer do what its role says, and nothing else", () =>
  withRoles(async (ask) => {
    for (const { names: [op = ""], role } of OPS) {
      // Nothing but the role decides, as the arguments are missing.
      for (const peer of ROLES) {
        if (op === "claim" || op === "wait" || op === "watch") continue;
        const { error, message } = await ask(peer, { op });
        const isAllowed = role === "any" || peer === role || peer === "admin";
        assert.equal(error === "forbidden", !isAllowed, `${peer} ${op}: ${error}`);
        if (!isAllowed) assert.match(String(message), new RegExp(`has not the role "${role}"`));
      }
    }
  }));

Deno.test("createTaskQueueServer tells strangers apart from peers that lack a role", () =>
  withRoles(async (ask) => {
    for (const { names: [op = ""] } of OPS) {
      const { error } = await ask("stranger", { op });
      assert.equal(error, "unauthorized", op);
    }
    assert.equal((await ask("stranger", { op: "no such thing" }))["error"], "unauthorized");
    assert.equal((await ask("cache", { op: "no such thing" }))["error"], "unknown_op");
    assert.equal((await ask("work", { op: " SUBMIT " }))["error"], "forbidden");
  }));

Deno.test("createTaskQueueServer lets nobody renew a lease by a heartbeat who may not work", () =>
  withRoles(async (ask) => {
    const request = { "task_type": "t", "model_name": "m", payload: {} };
    const { "task_id": taskId = "" } = await ask("submit", { op: "submit", ...request });
    await ask("work", { op: "claim", "worker_id": "w", "supported_task_types": ["t"] });
    const heartbeat = { op: "heartbeat", "task_id": taskId, "worker_id": "w" };
    assert.equal((await ask("cache", heartbeat))["error"], "forbidden");
    assert.equal((await ask("cache", { op: "heartbeat" }))["ok"], true);
    assert.equal((await ask("work", heartbeat))["ok"], true);
  }));
