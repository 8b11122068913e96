import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { BanList } from "../../../../src/network/conduct/ban_list.ts";

const MINUTE_MS = 60_000;

// docs/protocol.md, 6.5
Deno.test("BanList bans who offends often within some minutes", () => {
  const bans = new BanList(new FakeClock());
  assert.equal(bans.note("mallory", 60), undefined);
  assert.equal(bans.isBanned("mallory"), false);
  assert.deepEqual(bans.note("mallory", 40), { durationMs: MINUTE_MS, count: 1 });
  assert.equal(bans.isBanned("mallory"), true);
  assert.equal(bans.isBanned("alice"), false);
});

Deno.test("BanList counts an offence for half after five minutes", async () => {
  const clock = new FakeClock();
  const bans = new BanList(clock);
  bans.note("alice", 99);
  await clock.advance(5 * MINUTE_MS);
  assert.equal(bans.note("alice", 50), undefined);
  assert.notEqual(bans.note("alice", 1), undefined);
});

Deno.test("BanList does not ban who offends now and then, for however long", async () => {
  const clock = new FakeClock();
  const bans = new BanList(clock);
  for (let minute = 0; minute < 500; minute++) {
    assert.equal(bans.note("clumsy", 10), undefined);
    await clock.advance(MINUTE_MS);
  }
});

Deno.test("BanList ends a ban, and makes each one twice as long as the one before, up to an hour", async () => {
  const clock = new FakeClock();
  const bans = new BanList(clock);
  const minutes: number[] = [];
  for (let round = 0; round < 8; round++) {
    const ban = bans.note("mallory", 100);
    assert.ok(ban !== undefined);
    minutes.push(ban.durationMs / MINUTE_MS);
    await clock.advance(ban.durationMs - 1);
    assert.equal(bans.isBanned("mallory"), true);
    await clock.advance(1);
    assert.equal(bans.isBanned("mallory"), false);
  }
  assert.deepEqual(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
});

Deno.test("BanList does not lengthen a ban by what is still under way", async () => {
  const clock = new FakeClock();
  const bans = new BanList(clock);
  bans.note("mallory", 100);
  for (let count = 0; count < 100; count++) assert.equal(bans.note("mallory", 100), undefined);
  await clock.advance(MINUTE_MS);
  assert.equal(bans.isBanned("mallory"), false);
  assert.equal(bans.note("mallory", 99), undefined);
});

Deno.test("BanList forgives who was good for an hour", async () => {
  const clock = new FakeClock();
  const bans = new BanList(clock);
  bans.note("mallory", 100);
  await clock.advance(61 * MINUTE_MS);
  assert.deepEqual(bans.note("mallory", 100), { durationMs: MINUTE_MS, count: 1 });
});

Deno.test("BanList remembers a bounded number, and forgets bans last", () => {
  const bans = new BanList(new FakeClock(), 100);
  bans.note("mallory", 100);
  for (let index = 0; index < 1_000; index++) bans.note(`sybil ${index}`, 1);
  assert.equal(bans.size, 100);
  assert.equal(bans.isBanned("mallory"), true);
  for (let index = 0; index < 1_000; index++) bans.note(`banned ${index}`, 100);
  assert.equal(bans.size, 100);
  assert.equal(bans.isBanned("banned 999"), true);
});
