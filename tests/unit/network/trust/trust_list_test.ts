import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { openTrustList, type TrustChange, TrustListError } from "../../../../src/network/mod.ts";
import { FakeLogger } from "../fake_logger.ts";
import { withDirectory } from "../with_directory.ts";

const ALICE = "12D3KooWAlice";
const BOB = "12D3KooWBob";
const ALICE_ADDRESS = `/ip4/10.0.0.2/tcp/1/p2p/${ALICE}`;

Deno.test("openTrustList keeps peers over restarts, for this user only", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/data/trust.json`;
    const clock = new FakeClock(5_000);
    {
      await using trust = await openTrustList({ path, clock });
      assert.deepEqual(trust.list(), []);
      assert.equal(trust.get(ALICE), undefined);
      await trust.trust({ peerId: ALICE, roles: ["submit", "submit", "work"], name: "laptop" });
      await clock.advance(1_000);
      await trust.trust({ peerId: BOB, roles: ["cache"], source: "invite" });
    }
    await using trust = await openTrustList({ path });
    assert.deepEqual(trust.list().map(({ peerId }) => peerId), [ALICE, BOB]);
    assert.deepEqual(trust.get(ALICE), {
      peerId: ALICE,
      roles: ["submit", "work"],
      isRevoked: false,
      name: "laptop",
      multiaddrs: [],
      addedMs: 5_000,
      source: "command",
    });
    assert.equal(trust.get(BOB)?.source, "invite");
    if (Deno.build.os !== "windows") {
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    }
  });
});

Deno.test("TrustList changes what a peer may do and keeps the rest", async () => {
  await withDirectory(async (directory) => {
    const clock = new FakeClock(1);
    await using trust = await openTrustList({ path: `${directory}/trust.json`, clock });
    const multiaddrs = ["/ip4/10.0.0.2/tcp/1", ALICE_ADDRESS, "nonsense", "/ip4/1.2.3.4/p2p/other"];
    await trust.trust({ peerId: ALICE, roles: ["submit"], name: "laptop", multiaddrs });
    await clock.advance(9);
    const changed = await trust.trust({ peerId: ALICE, roles: ["work"] });
    assert.deepEqual([changed.name, changed.roles, changed.addedMs], ["laptop", ["work"], 1]);
    assert.deepEqual(changed.multiaddrs, [ALICE_ADDRESS]);
    assert.deepEqual(trust.get(ALICE), changed);
  });
});

Deno.test("TrustList grants roles besides those that a peer has, and none to a revoked one", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    await using here = await openTrustList({ path });
    await using elsewhere = await openTrustList({ path });
    await here.trust({ peerId: ALICE, roles: ["submit"] });
    const granted = await elsewhere.grant({ peerId: ALICE, roles: ["work"], source: "invite" });
    assert.deepEqual(granted.roles, ["submit", "work"]);
    // What another process has done meanwhile counts, also before this one has noticed it.
    await elsewhere.revoke(ALICE);
    const refused = await here.grant({ peerId: ALICE, roles: ["work"], source: "invite" });
    assert.deepEqual([refused.isRevoked, refused.roles], [true, []]);
    assert.equal(here.get(ALICE)?.isRevoked, true);
  });
});

Deno.test("TrustList remembers whom it revokes, and trusts again only when told to", async () => {
  await withDirectory(async (directory) => {
    await using trust = await openTrustList({ path: `${directory}/trust.json` });
    await trust.trust({ peerId: ALICE, roles: ["submit"], name: "laptop" });
    assert.equal(await trust.revoke(ALICE), true);
    assert.equal(await trust.revoke(ALICE), false);
    assert.equal(await trust.revoke(BOB), true, "a stranger who may have the token");
    assert.deepEqual(trust.list().map(({ isRevoked, roles, name }) => [isRevoked, roles, name]), [
      [true, [], "laptop"],
      [true, [], undefined],
    ]);
    await trust.trust({ peerId: ALICE, roles: ["submit"] });
    assert.equal(trust.get(ALICE)?.isRevoked, false);
    assert.equal(await trust.forget(BOB), true);
    assert.equal(await trust.forget(BOB), false);
    assert.equal(trust.get(BOB), undefined);
  });
});

Deno.test("TrustList tells of changes until the subscription ends", async () => {
  await withDirectory(async (directory) => {
    await using trust = await openTrustList({ path: `${directory}/trust.json` });
    const changes: TrustChange[] = [];
    {
      using _ = trust.subscribe((change) => changes.push(change));
      await trust.trust({ peerId: ALICE, roles: ["submit"] });
      await trust.trust({ peerId: ALICE, roles: ["submit"] });
      await trust.revoke(ALICE);
      await trust.forget(ALICE);
    }
    await trust.trust({ peerId: BOB, roles: ["submit"] });
    const told = changes.map(({ peerId, peer }) => [peerId, peer?.roles]);
    assert.deepEqual(told, [[ALICE, ["submit"]], [ALICE, []], [ALICE, undefined]]);
  });
});

Deno.test("TrustList loses no change that several processes make at once", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    const names = ["a", "b", "c", "d", "e", "f"];
    await Promise.all(names.map(async (name) => {
      await using trust = await openTrustList({ path });
      await trust.trust({ peerId: name, roles: ["submit"] });
    }));
    await using trust = await openTrustList({ path });
    assert.deepEqual(trust.list().map(({ peerId }) => peerId).sort(), names);
  });
});

Deno.test("openTrustList notices what another process changes, when it watches", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    await using trust = await openTrustList({ path, watch: true });
    await using other = await openTrustList({ path });
    for (const change of [() => other.trust({ peerId: ALICE, roles: ["work"] }), revoke]) {
      const told = Promise.withResolvers<TrustChange>();
      using _ = trust.subscribe(told.resolve);
      await change();
      const { peer } = await told.promise;
      assert.deepEqual(peer, other.get(ALICE));
      assert.deepEqual(trust.get(ALICE), other.get(ALICE));
    }

    async function revoke(): Promise<void> {
      await other.revoke(ALICE);
    }
  });
});

Deno.test("openTrustList goes on by looking now and then, if watching fails", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    const clock = new FakeClock();
    await using trust = await openTrustList({ path, watch: true, clock });
    // The watch is on the file, and ends with it.
    await Deno.remove(path);
    const told = Promise.withResolvers<TrustChange>();
    using _ = trust.subscribe(told.resolve);
    let isTold = false;
    const telling = told.promise.then(() => isTold = true);
    await using other = await openTrustList({ path });
    await other.trust({ peerId: ALICE, roles: ["work"] });
    for (let round = 0; round < 500 && !isTold; round++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await telling;
    assert.deepEqual(trust.get(ALICE)?.roles, ["work"]);
  });
});

Deno.test("openTrustList refuses a damaged list, so that nobody revoked gets in", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    const peer = { peerId: ALICE, roles: [], isRevoked: true, addedMs: 0, source: "command" };
    const damaged = [
      "",
      "{",
      "[]",
      '{"version":2,"peers":[]}',
      '{"version":1}',
      ...[
        { ...peer, peerId: 7 },
        { ...peer, peerId: "../x" },
        { ...peer, roles: ["root"] },
        { ...peer, isRevoked: false },
        { ...peer, roles: ["submit"] },
        { ...peer, isRevoked: "yes" },
        { ...peer, addedMs: "then" },
        { ...peer, source: "magic" },
        { ...peer, name: 7 },
        { ...peer, multiaddrs: "x" },
        null,
      ].map((entry) => JSON.stringify({ version: 1, peers: [peer, entry] })),
    ];
    for (const text of damaged) {
      await Deno.writeTextFile(path, text);
      const opening = openTrustList({ path });
      await assert.rejects(opening, { name: "TrustListError", code: "trust_list_unusable" }, text);
      assert.equal(await Deno.readTextFile(path), text, "it is left as it is");
    }
    await Deno.writeTextFile(path, JSON.stringify({ version: 1, peers: [peer] }));
    await using trust = await openTrustList({ path });
    assert.equal(trust.get(ALICE)?.isRevoked, true);
  });
});

Deno.test("TrustList stays as it is while its file is damaged, says so once, and never overwrites it", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    const logger = new FakeLogger();
    await using trust = await openTrustList({ path, logger, watch: true });
    await trust.revoke(ALICE);
    const good = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, "{");
    await assert.rejects(trust.trust({ peerId: BOB, roles: ["work"] }), TrustListError);
    assert.equal(await Deno.readTextFile(path), "{");
    assert.equal(trust.get(ALICE)?.isRevoked, true);
    assert.equal(trust.get(BOB), undefined);
    await Deno.writeTextFile(path, good);
    await trust.trust({ peerId: BOB, roles: ["work"] });
    assert.ok(logger.lines.filter(([level]) => level === "error").length <= 1);
  });
});

Deno.test("TrustList refuses what makes no sense, and more peers than it may hold", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/trust.json`;
    await using trust = await openTrustList({ path });
    const name = "x".repeat(129);
    await assert.rejects(trust.trust({ peerId: ALICE, roles: [] }), RangeError);
    await assert.rejects(trust.trust({ peerId: "a b", roles: ["work"] }), RangeError);
    await assert.rejects(trust.revoke("/etc/passwd"), RangeError);
    await assert.rejects(trust.trust({ peerId: ALICE, roles: ["work"], name }), RangeError);
    const peers = Array.from({ length: 1_024 }, (_, index) => ({
      ...{ peerId: `p${index}`, roles: ["work"], isRevoked: false },
      ...{ multiaddrs: [], addedMs: 0, source: "command" },
    }));
    await Deno.writeTextFile(path, JSON.stringify({ version: 1, peers }));
    await assert.rejects(trust.trust({ peerId: ALICE, roles: ["work"] }), {
      code: "trust_list_full",
    });
    await trust.revoke("p7");
    await trust.forget("p8");
    await trust.trust({ peerId: ALICE, roles: ["work"] });
    assert.equal(trust.list().length, 1_024);
  });
});

Deno.test("TrustList says that its file cannot be written, and has not changed then", async () => {
  await withDirectory(async (directory) => {
    // A directory where the file should be: refused to everybody, root included.
    const path = `${directory}/trust.json`;
    await using trust = await openTrustList({ path });
    await Deno.mkdir(path);
    await assert.rejects(trust.trust({ peerId: ALICE, roles: ["work"] }), TrustListError);
    assert.equal(trust.get(ALICE), undefined);
  });
});
