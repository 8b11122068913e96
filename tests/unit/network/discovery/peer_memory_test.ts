import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { PeerMemory } from "../../../../src/network/discovery/peer_memory.ts";
import { FakeLogger } from "../fake_logger.ts";
import { withDirectory } from "../with_directory.ts";

const LAN = "/ip4/192.168.1.7/tcp/9710";
const WAN = "/ip4/203.0.113.7/tcp/9710";

async function openMemory(directory: string, options: { maxPeers?: number } = {}) {
  const clock = new FakeClock(1_000);
  const logger = new FakeLogger();
  const memory = await PeerMemory.open(directory, { clock, logger, ...options });
  return { clock, logger, memory };
}

const fileOf = (directory: string): string => `${directory}/known_peers.json`;

Deno.test("PeerMemory remembers over restarts where a peer has answered", () =>
  withDirectory(async (directory) => {
    const { clock, memory } = await openMemory(`${directory}/new`);
    memory.remember("a", `${WAN}/p2p/a`);
    await clock.advance(5);
    memory.remember("b", LAN);
    await clock.advance(5);
    memory.remember("a", LAN);
    await memory.save();
    const { memory: again, logger } = await openMemory(`${directory}/new`);
    assert.deepEqual(again.list(), [
      { peerId: "a", multiaddrs: [`${LAN}/p2p/a`, `${WAN}/p2p/a`], lastSuccessMs: 1_010 },
      { peerId: "b", multiaddrs: [`${LAN}/p2p/b`], lastSuccessMs: 1_005 },
    ]);
    assert.deepEqual(logger.lines, []);
  }));

Deno.test("PeerMemory writes a file that only its owner can read, and nothing beside it", () =>
  withDirectory(async (directory) => {
    const { memory } = await openMemory(directory);
    memory.remember("a", LAN);
    await memory.save();
    const { mode } = await Deno.stat(fileOf(directory));
    assert.equal((mode ?? 0) & 0o777, 0o600);
    const entries = await Array.fromAsync(Deno.readDir(directory));
    assert.deepEqual(entries.map(({ name }) => name), ["known_peers.json"]);
  }));

Deno.test("PeerMemory keeps those that answered last, and a few addresses of each", () =>
  withDirectory(async (directory) => {
    const { memory } = await openMemory(directory, { maxPeers: 3 });
    for (const peerId of ["a", "b", "c", "a", "d"]) memory.remember(peerId, LAN);
    for (let port = 0; port < 20; port++) memory.remember("e", `/ip4/10.0.0.1/tcp/${port}`);
    assert.deepEqual(memory.list().map(({ peerId }) => peerId), ["e", "d", "a"]);
    assert.equal(memory.list()[0]?.multiaddrs.length, 8);
    await memory.save();
    const { memory: smaller } = await openMemory(directory, { maxPeers: 2 });
    assert.deepEqual(smaller.list().map(({ peerId }) => peerId), ["e", "d"]);
  }));

Deno.test("PeerMemory forgets who is not wanted, and remembers no nonsense", () =>
  withDirectory(async (directory) => {
    const { memory } = await openMemory(directory);
    memory.remember("a", LAN);
    memory.remember("b", `${LAN}/p2p/c`);
    memory.remember("../d", LAN);
    memory.forget("a");
    memory.forget("unknown");
    await memory.save();
    assert.deepEqual((await openMemory(directory)).memory.list(), []);
  }));

Deno.test("PeerMemory reads what is good in a damaged file", () =>
  withDirectory(async (directory) => {
    const good = { peerId: "a", multiaddrs: [LAN, 7, "nonsense"], lastSuccessMs: 1, more: true };
    const peers = [
      null,
      [],
      "a",
      { ...good, peerId: 7 },
      { ...good, peerId: "../x" },
      { ...good, multiaddrs: LAN },
      { ...good, multiaddrs: [] },
      { ...good, lastSuccessMs: "yesterday" },
      good,
    ];
    await Deno.writeTextFile(fileOf(directory), JSON.stringify({ version: 9, peers }));
    const { memory } = await openMemory(directory);
    assert.deepEqual(memory.list(), [
      { peerId: "a", multiaddrs: [`${LAN}/p2p/a`], lastSuccessMs: 1 },
    ]);
  }));

Deno.test("PeerMemory begins anew, and says so, if the file is not one of its own", () =>
  withDirectory(async (directory) => {
    for (const text of ["", "{ not json", "[]", "null", '{"peers": 7}', " ".repeat(5_000_000)]) {
      await Deno.writeTextFile(fileOf(directory), text);
      const { memory, logger } = await openMemory(directory);
      assert.deepEqual(memory.list(), []);
      const isJson = ["[", "n", '{"'].some((start) => text.startsWith(start));
      assert.equal(logger.lines.length, isJson ? 0 : 1);
      memory.remember("a", LAN);
      await memory.save();
      assert.equal((await openMemory(directory)).memory.list().length, 1);
    }
  }));

Deno.test("PeerMemory.keepSaved writes soon after a change, and once more at the end", () =>
  withDirectory(async (directory) => {
    const { clock, memory } = await openMemory(directory);
    const controller = new AbortController();
    const saving = memory.keepSaved(controller.signal);
    memory.remember("a", LAN);
    await clock.advance(4_999);
    await assert.rejects(Deno.stat(fileOf(directory)), Deno.errors.NotFound);
    await clock.advance(1);
    for (let turns = 0; (await openMemory(directory)).memory.list().length === 0; turns++) {
      assert.ok(turns < 1_000, "It is not written");
      await clock.advance(0);
    }
    memory.remember("b", LAN);
    controller.abort();
    await saving;
    assert.equal((await openMemory(directory)).memory.list().length, 2);
    assert.equal(clock.pendingTimers, 0);
  }));

Deno.test("PeerMemory warns once if it cannot save, and tries again with the next change", () =>
  withDirectory(async (directory) => {
    const { memory, logger } = await openMemory(`${directory}/data`);
    await Deno.writeTextFile(`${directory}/data`, "in the way");
    for (const peerId of ["a", "b"]) {
      memory.remember(peerId, LAN);
      await memory.save();
    }
    assert.deepEqual(logger.lines.map(([level]) => level), ["warn", "debug"]);
    await Deno.remove(`${directory}/data`);
    memory.remember("c", LAN);
    await memory.save();
    assert.equal((await openMemory(`${directory}/data`)).memory.list().length, 3);
  }));
