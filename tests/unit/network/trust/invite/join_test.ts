import assert from "node:assert/strict";
import { runTaskGroup, systemClock } from "../../../../../src/concurrency/mod.ts";
import { PeerUnreachableError, ProtocolUnsupportedError } from "../../../../../src/network/mod.ts";
import {
  InviteInvalidError,
  InviteNotFoundError,
  InviteProtocolError,
  InviteRefusedError,
  JOIN_PROTOCOL,
  OwnInviteError,
} from "../../../../../src/network/trust/invite/mod.ts";
import { createInviteCode } from "../../../../../src/network/trust/invite/invite_code.ts";
import { INVITER, withInviter } from "./with_inviter.ts";

const REQUEST = { roles: ["submit", "work"], lifetimeMs: 60_000 } as const;
const AT = { at: `/memory/${INVITER}/p2p/${INVITER}` };

Deno.test("join lets both sides know and trust each other", () =>
  withInviter(async ({ openPeer, invites, trust, clock, logger }) => {
    const { code, invite } = await invites.create({ ...REQUEST, name: "laptop" });
    const bob = await openPeer("bob");
    const joined = await bob.join(code, { name: "desk", addresses: ["/memory/bob"] });
    assert.deepEqual(joined.roles, ["submit", "work"]);
    assert.deepEqual(trust.list(), [{
      peerId: "bob",
      roles: ["submit", "work"],
      isRevoked: false,
      name: "laptop",
      multiaddrs: ["/memory/bob/p2p/bob"],
      addedMs: clock.now(),
      source: "invite",
    }]);
    assert.deepEqual(bob.trust.list(), [{
      peerId: INVITER,
      roles: ["submit", "work"],
      isRevoked: false,
      name: "desk",
      multiaddrs: [`/memory/${INVITER}/p2p/${INVITER}`],
      addedMs: clock.now(),
      source: "join",
    }]);
    assert.deepEqual(joined.peer, bob.trust.get(INVITER));
    assert.equal((await invites.find(invite.id))?.usedBy, "bob");
    assert.ok(!JSON.stringify(logger.lines).includes(code));
  }));

Deno.test("join never makes the inviter master of this node, unless told to", () =>
  withInviter(async ({ openPeer, invites }) => {
    const bob = await openPeer("bob");
    const first = await invites.create({ ...REQUEST, roles: ["admin"] });
    const joined = await bob.join(first.code, AT);
    assert.deepEqual(joined.roles, ["admin"]);
    assert.deepEqual(joined.peer.roles, ["submit", "work", "tools", "cache"]);
    const carol = await openPeer("carol");
    const second = await invites.create(REQUEST);
    const other = await carol.join(second.code, { ...AT, grant: ["admin"] });
    assert.deepEqual(other.peer.roles, ["admin"]);
    await assert.rejects(carol.join(second.code, { ...AT, grant: [] }), RangeError);
  }));

Deno.test("join takes no role away from who had it before", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const bob = await openPeer("bob");
    await trust.trust({ peerId: "bob", roles: ["cache"], name: "old" });
    await bob.trust.trust({ peerId: INVITER, roles: ["tools"] });
    const { code } = await invites.create({ ...REQUEST, roles: ["submit"] });
    const joined = await bob.join(code, AT);
    assert.deepEqual(joined.roles, ["cache", "submit"]);
    assert.deepEqual(trust.get("bob")?.roles, ["cache", "submit"]);
    assert.equal(trust.get("bob")?.name, "old");
    assert.deepEqual(joined.peer.roles, ["tools", "submit"]);
  }));

Deno.test("join finds the inviter among all peers, also those that do not know it or stall", () =>
  withInviter(async ({ openPeer, invites, hub, trust }) => {
    const other = await openPeer("other");
    await openPeer("deaf");
    const stalled = await openPeer("stalled");
    hub.setReachability(stalled.network.peerId, "stalled");
    const gone = await openPeer("gone");
    hub.setReachability(gone.network.peerId, "unreachable");
    const bob = await openPeer("bob");
    const { code } = await invites.create(REQUEST);
    await runTaskGroup(async (group) => {
      // One that takes the greeting and never answers.
      await other.network.handle(group, JOIN_PROTOCOL, async (stream) => {
        while (await stream.read() !== null);
      });
      await bob.join(code);
      group.cancel();
    });
    assert.equal(trust.get("bob")?.isRevoked, false);
  }));

Deno.test("join says whom it has asked when nobody knows the invitation", () =>
  withInviter(async ({ openPeer, invites }) => {
    await invites.create(REQUEST);
    const bob = await openPeer("bob");
    const asked: string[] = [];
    const onAsked = (peerId: string): void => void asked.push(peerId);
    const wrong = bob.join(createInviteCode(), { timeoutMs: 300, onAsked });
    await assert.rejects(wrong, (error) => {
      assert.ok(error instanceof InviteNotFoundError);
      assert.deepEqual(error.askedPeerIds, [INVITER]);
      assert.match(error.message, /the one node that was found does not know the invitation/);
      return true;
    });
    assert.deepEqual(asked, [INVITER]);
    await assert.rejects(bob.join(createInviteCode(), AT), (error) => {
      assert.ok(error instanceof InviteNotFoundError);
      assert.match(error.message, /multiaddr "\/memory\/alice/);
      return true;
    });
  }));

Deno.test("join says so when there is no other node", async () => {
  const { MemoryHub } = await import("../../../../../src/network/memory/mod.ts");
  const { join } = await import("../../../../../src/network/trust/invite/mod.ts");
  await using network = new MemoryHub().open({ peerId: "bob" });
  const trust = { get: () => undefined, trust: () => Promise.reject(new Error("Not asked for")) };
  const alone = join({ network, trust, code: createInviteCode(), timeoutMs: 50 });
  await assert.rejects(alone, (error) => {
    assert.ok(error instanceof InviteNotFoundError);
    assert.match(error.message, /no other node was found/);
    assert.match(error.hint ?? "", /--at/);
    return true;
  });
});

Deno.test("join fails at once on a typing error, and with an invitation of its own", () =>
  withInviter(async ({ openPeer, invites }) => {
    const bob = await openPeer("bob");
    await assert.rejects(bob.join("7ZK4M-00000"), InviteInvalidError);
    const { code } = await invites.create(REQUEST);
    await assert.rejects(bob.join(code, { ownInvites: invites }), OwnInviteError);
  }));

Deno.test("join says why the invitation is not good any more", () =>
  withInviter(async ({ openPeer, invites, clock, trust, refusals }) => {
    const [bob, eve] = [await openPeer("bob"), await openPeer("eve")];
    const [used, cancelled, expired] = await Promise.all(
      [1, 2, 3].map(() => invites.create(REQUEST)),
    );
    assert.ok(used !== undefined && cancelled !== undefined && expired !== undefined);
    await bob.join(used.code);
    await invites.cancel(cancelled.invite.id);
    const cases = [[used, "invite_used"], [cancelled, "invite_cancelled"]] as const;
    const refuses = async (code: string, reason: string): Promise<void> => {
      // Found among all, or asked alone.
      for (const options of [{}, AT]) {
        await assert.rejects(eve.join(code, options), (error) => {
          assert.ok(error instanceof InviteRefusedError);
          assert.equal(error.code, reason);
          return true;
        });
      }
    };
    for (const [{ code }, reason] of cases) await refuses(code, reason);
    await clock.advance(60_000);
    await refuses(expired.code, "invite_expired");
    assert.equal(trust.get("eve"), undefined);
    assert.deepEqual(eve.trust.list(), []);
    const reasons = new Set(refusals.map(({ peerId, reason }) => `${peerId} ${reason}`));
    assert.deepEqual(
      reasons,
      new Set(["invite_used", "invite_cancelled", "invite_expired"]
        .map((reason) => `eve ${reason}`)),
    );
  }));

// docs/protocol.md, 7.5
Deno.test("join may be repeated by the same peer, whose answer may have been lost", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const bob = await openPeer("bob");
    const { code } = await invites.create(REQUEST);
    await bob.join(code, AT);
    await bob.trust.forget(INVITER);
    // What it may do has been changed by hand meanwhile.
    await trust.trust({ peerId: "bob", roles: ["cache"] });
    const again = await bob.join(code, AT);
    assert.deepEqual(again.roles, ["cache"]);
    assert.deepEqual(trust.get("bob")?.roles, ["cache"]);
    assert.equal(bob.trust.get(INVITER)?.isRevoked, false);
  }));

Deno.test("join does not bring back who was revoked or forgotten since", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const bob = await openPeer("bob");
    const { code } = await invites.create(REQUEST);
    await bob.join(code, AT);
    await trust.revoke("bob");
    const refused = { code: "invite_refused" };
    await assert.rejects(bob.join(code, AT), refused);
    const fresh = await invites.create(REQUEST);
    await assert.rejects(bob.join(fresh.code, AT), refused);
    assert.equal(trust.get("bob")?.isRevoked, true);
    assert.equal((await invites.find(fresh.invite.id))?.usedBy, undefined);
    await trust.forget("bob");
    await assert.rejects(bob.join(code, AT), { code: "invite_used" });
    assert.equal(trust.get("bob"), undefined);
  }));

Deno.test("join of several peers at the same time lets exactly one in", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const { code } = await invites.create(REQUEST);
    const names = Array.from({ length: 8 }, (_, index) => `peer${index}`);
    const peers = await Promise.all(names.map(openPeer));
    const outcomes = await Promise.allSettled(peers.map((peer) => peer.join(code, AT)));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    const reasons = outcomes.flatMap((each) =>
      each.status === "rejected" ? [each.reason.code] : []
    );
    assert.deepEqual(new Set(reasons), new Set(["invite_used"]));
    assert.equal(trust.list().length, 1);
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    assert.deepEqual(trust.list().map(({ peerId }) => peerId), [names[winner]]);
    const trusting = peers.filter((peer) => peer.trust.get(INVITER) !== undefined);
    assert.deepEqual(trusting, [peers[winner]]);
  }));

Deno.test("join can be tried again when this node could not write its list", () =>
  withInviter(async ({ openPeer, invites }) => {
    const bob = await openPeer("bob");
    const { code } = await invites.create(REQUEST);
    const full = { get: () => undefined, trust: () => Promise.reject(new Error("Disk full")) };
    await assert.rejects(bob.join(code, { ...AT, trust: full }), /Disk full/);
    await bob.join(code, AT);
    assert.equal(bob.trust.get(INVITER)?.isRevoked, false);
  }));

Deno.test("join fails when nobody, or no node of this kind, is at the address", () =>
  withInviter(async ({ openPeer, invites }) => {
    const { code } = await invites.create(REQUEST);
    const [bob] = [await openPeer("bob"), await openPeer("deaf")];
    await assert.rejects(bob.join(code, { at: "/memory/nobody" }), PeerUnreachableError);
    await assert.rejects(bob.join(code, { at: "/memory/deaf" }), ProtocolUnsupportedError);
  }));

Deno.test("join believes no refusal without a proof, and goes on", () =>
  withInviter(async ({ openPeer, invites }) => {
    const { code } = await invites.create(REQUEST);
    const liar = await openPeer("liar");
    const bob = await openPeer("bob");
    await runTaskGroup(async (group) => {
      await liar.network.handle(group, JOIN_PROTOCOL, async (stream) => {
        await stream.read();
        const body = JSON.stringify({ state: "expired", roles: ["admin"], addresses: [] });
        const [nonce, proof] = ["0".repeat(64), "1".repeat(64)];
        const text = JSON.stringify({ type: "challenge", nonce, body, proof });
        const bytes = new TextEncoder().encode(text);
        const frame = new Uint8Array(4 + bytes.length);
        new DataView(frame.buffer).setUint32(0, bytes.length);
        frame.set(bytes, 4);
        await stream.write(frame);
        await stream.read();
      });
      await assert.rejects(bob.join(code, { at: "/memory/liar" }), InviteProtocolError);
      assert.deepEqual(bob.trust.list(), []);
      await bob.join(code);
      assert.deepEqual(bob.trust.list().map(({ peerId }) => peerId), [INVITER]);
      group.cancel();
    });
  }));

Deno.test("join ends when it is given up", () =>
  withInviter(async ({ openPeer }) => {
    const bob = await openPeer("bob");
    const controller = new AbortController();
    const joining = bob.join(createInviteCode(), { signal: controller.signal });
    await systemClock.sleep(0);
    const reason = new DOMException("Enough", "AbortError");
    controller.abort(reason);
    await assert.rejects(joining, (error) => error === reason);
  }));
