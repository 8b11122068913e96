import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  InviteStoreError,
  InviteUnknownError,
  TooManyInvitesError,
} from "../../../../../src/network/trust/invite/errors.ts";
import { parseInviteCode } from "../../../../../src/network/trust/invite/invite_code.ts";
import { deriveInviteKey } from "../../../../../src/network/trust/invite/invite_proof.ts";
import { type InviteStore, stateOf } from "../../../../../src/network/trust/invite/invite_store.ts";
import { openInviteStore } from "../../../../../src/network/trust/invite/open_invite_store.ts";
import { withDirectory } from "../../with_directory.ts";

const HOUR_MS = 3_600_000;
const REQUEST = { roles: ["submit", "work"], lifetimeMs: 60_000 } as const;

interface Fixture {
  readonly path: string;
  readonly clock: FakeClock;
  readonly store: InviteStore;
  /** The same file, opened once more. */
  reopen(): InviteStore;
}

function withStore(run: (fixture: Fixture) => Promise<void>): Promise<void> {
  return withDirectory(async (directory) => {
    const path = `${directory}/data/invites.json`;
    const clock = new FakeClock(1_000_000);
    const reopen = (): InviteStore => openInviteStore({ path, clock });
    await run({ path, clock, store: reopen(), reopen });
  });
}

Deno.test("openInviteStore begins with no invitation, and makes no file for that", () =>
  withStore(async ({ store, path }) => {
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.find("0123456789abcdef"), undefined);
    assert.equal(await store.take("0123456789abcdef", "bob"), "expired");
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("InviteStore.create keeps what proves the code, and not the code", () =>
  withStore(async ({ store, reopen, path, clock }) => {
    const { invite, code } = await store.create({ ...REQUEST, name: "laptop" });
    const { id, key } = deriveInviteKey(parseInviteCode(code));
    assert.deepEqual(invite, {
      id,
      roles: ["submit", "work"],
      name: "laptop",
      createdMs: clock.now(),
      expiresMs: clock.now() + 60_000,
      isCancelled: false,
    });
    assert.deepEqual(await reopen().list(), [invite]);
    assert.deepEqual(await reopen().find(id), { ...invite, key });
    const text = await Deno.readTextFile(path);
    assert.ok(!text.includes(code) && !text.includes(code.replaceAll("-", "")));
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("InviteStore.create refuses what nobody could use", () =>
  withStore(async ({ store }) => {
    await assert.rejects(store.create({ ...REQUEST, roles: [] }), RangeError);
    await assert.rejects(store.create({ ...REQUEST, name: "x".repeat(129) }), RangeError);
    for (const lifetimeMs of [0, -1, NaN, Infinity]) {
      await assert.rejects(store.create({ ...REQUEST, lifetimeMs }), RangeError);
    }
  }));

Deno.test("InviteStore.create makes a limited number of open invitations", () =>
  withStore(async ({ store, clock }) => {
    for (let count = 0; count < 64; count++) await store.create(REQUEST);
    await assert.rejects(store.create(REQUEST), TooManyInvitesError);
    await clock.advance(60_000);
    await store.create(REQUEST);
  }));

Deno.test("InviteStore.take gives an invitation to one peer, of several that try at once", () =>
  withStore(async ({ store, reopen }) => {
    const { invite: { id } } = await store.create(REQUEST);
    const peers = Array.from({ length: 20 }, (_, index) => `peer${index}`);
    const taken = await Promise.all(peers.map((peer) => reopen().take(id, peer)));
    const winners = peers.filter((_, index) => taken[index] === "taken");
    assert.equal(winners.length, 1);
    assert.equal(taken.filter((each) => each === "used").length, 19);
    assert.equal((await store.find(id))?.usedBy, winners[0]);
  }));

Deno.test("InviteStore.take tells the same peer that the invitation is its own already, while it is good", () =>
  withStore(async ({ store, clock }) => {
    const { invite: { id } } = await store.create(REQUEST);
    assert.equal(await store.take(id, "bob"), "taken");
    assert.equal(await store.take(id, "bob"), "again");
    assert.equal(await store.take(id, "eve"), "used");
    await clock.advance(60_000);
    assert.equal(await store.take(id, "bob"), "expired");
  }));

Deno.test("InviteStore.take refuses what has expired or was cancelled", () =>
  withStore(async ({ store, clock }) => {
    const cancelled = await store.create(REQUEST);
    const expired = await store.create(REQUEST);
    await store.cancel(cancelled.invite.id);
    assert.equal(await store.take(cancelled.invite.id, "bob"), "cancelled");
    await clock.advance(59_999);
    assert.equal(stateOf(expired.invite, clock.now()), "open");
    await clock.advance(1);
    assert.equal(stateOf(expired.invite, clock.now()), "expired");
    assert.equal(await store.take(expired.invite.id, "bob"), "expired");
  }));

Deno.test("InviteStore.giveBack opens the invitation for others, if that peer has taken it", () =>
  withStore(async ({ store }) => {
    const { invite } = await store.create(REQUEST);
    await store.take(invite.id, "bob");
    await store.giveBack(invite.id, "eve");
    assert.equal(await store.take(invite.id, "eve"), "used");
    await store.giveBack(invite.id, "bob");
    assert.deepEqual(await store.list(), [invite]);
    assert.equal(await store.take(invite.id, "eve"), "taken");
  }));

Deno.test("InviteStore.cancel takes the beginning of an id, if only one open invitation has it", () =>
  withStore(async ({ store }) => {
    const { invite } = await store.create(REQUEST);
    const cancelled = await store.cancel(invite.id.slice(0, 6).toUpperCase());
    assert.deepEqual(cancelled, { ...invite, isCancelled: true });
    assert.deepEqual(await store.list(), [cancelled]);
    for (const id of [invite.id, "", "xyz"]) {
      await assert.rejects(store.cancel(id), InviteUnknownError);
    }
    for (let count = 0; count < 20; count++) await store.create(REQUEST);
    const [first = ""] = duplicates((await store.list()).slice(1).map(({ id }) => id[0] ?? ""));
    // More than sixteen begin with some digit twice.
    await assert.rejects(store.cancel(first), InviteUnknownError);
  }));

function duplicates(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

Deno.test("InviteStore forgets an invitation an hour after its end", () =>
  withStore(async ({ store, clock, path }) => {
    const { invite } = await store.create(REQUEST);
    await clock.advance(60_000 + HOUR_MS - 1);
    assert.deepEqual(await store.list(), [invite]);
    await clock.advance(1);
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.find(invite.id), undefined);
    await store.create(REQUEST);
    assert.ok(!(await Deno.readTextFile(path)).includes(invite.id), "it is not in the file either");
  }));

Deno.test("InviteStore keeps a limited number of invitations that are not open", () =>
  withStore(async ({ store }) => {
    for (let count = 0; count < 200; count++) {
      const { invite } = await store.create({ ...REQUEST, lifetimeMs: HOUR_MS });
      await store.cancel(invite.id);
    }
    assert.equal((await store.list()).length, 192);
  }));

Deno.test("InviteStore says so when its file is damaged or out of reach, and leaves it alone", () =>
  withStore(async ({ store, path }) => {
    await store.create(REQUEST);
    const good = JSON.parse(await Deno.readTextFile(path));
    const [invite] = good.invites;
    const damaged = [
      "",
      "[]",
      "{}",
      JSON.stringify({ ...good, version: 2 }),
      ...[{ id: "x" }, { key: "00" }, { roles: ["root"] }, { expiresMs: null }]
        .map((change) => JSON.stringify({ ...good, invites: [{ ...invite, ...change }] })),
    ];
    for (const text of damaged) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(store.list(), InviteStoreError);
      await assert.rejects(store.create(REQUEST), InviteStoreError);
      assert.equal(await Deno.readTextFile(path), text);
    }
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(store.list(), InviteStoreError);
  }));

Deno.test("stateOf does not open for long what has expired when the clock is set back", () => {
  const invite = { id: "0", roles: [], createdMs: 5_000, expiresMs: 6_000, isCancelled: false };
  const stateAt = (nowMs: number): string => stateOf(invite, nowMs);
  assert.deepEqual([4_001, 5_000, 5_999].map(stateAt), ["open", "open", "open"]);
  assert.deepEqual([0, 4_000, 6_000].map(stateAt), ["expired", "expired", "expired"]);
});
