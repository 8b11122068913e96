import assert from "node:assert/strict";
import { findAnnouncedNodes } from "../../../../src/network/mod.ts";
import { withDirectory } from "../with_directory.ts";

const NOW_MS = 1_700_000_000_000;
/** No process has this id: Linux ends at 4194304. */
const DEAD_PID = 99_999_999;

function content(peerId: string, more: object = {}): string {
  return JSON.stringify({
    "peer_id": peerId,
    multiaddr: `/ip4/127.0.0.1/tcp/1/p2p/${peerId}`,
    ...more,
  });
}

async function write(path: string, text: string, writtenMs: number): Promise<string> {
  await Deno.writeTextFile(path, text);
  await Deno.utime(path, new Date(writtenMs), new Date(writtenMs));
  return path;
}

Deno.test("findAnnouncedNodes puts the newest announcement first, and each file once", async () => {
  await withDirectory(async (directory) => {
    const old = await write(`${directory}/a`, content("old"), NOW_MS - 2_000);
    const newer = await write(`${directory}/b`, content("newer"), NOW_MS - 1_000);
    const { live, stale } = await findAnnouncedNodes([old, newer, old], { nowMs: NOW_MS });
    assert.deepEqual(live.map(({ peerId, path }) => [peerId, path]), [["newer", newer], [
      "old",
      old,
    ]]);
    assert.deepEqual(stale, []);
  });
});

Deno.test("findAnnouncedNodes sets aside what has expired, and whose process has ended", async () => {
  await withDirectory(async (directory) => {
    const expired = content("expired", { "expires_at": NOW_MS / 1_000 - 1 });
    const dead = content("dead", { pid: DEAD_PID, "expires_at": NOW_MS / 1_000 + 60 });
    const alive = content("alive", { pid: Deno.pid, "expires_at": NOW_MS / 1_000 + 60 });
    const paths = await Promise.all([
      write(`${directory}/a`, expired, NOW_MS),
      write(`${directory}/b`, dead, NOW_MS - 1_000),
      write(`${directory}/c`, alive, NOW_MS - 2_000),
    ]);
    const { live, stale } = await findAnnouncedNodes(paths, { nowMs: NOW_MS });
    assert.deepEqual(live.map(({ peerId }) => peerId), ["alive"]);
    assert.deepEqual(stale.map(({ peerId, reason }) => [peerId, reason]), [
      ["expired", "expired"],
      ["dead", "process_ended"],
    ]);
  });
});

Deno.test("findAnnouncedNodes passes over what is missing or no announcement", async () => {
  await withDirectory(async (directory) => {
    const broken = await write(`${directory}/broken`, "{ not json", NOW_MS);
    const found = await findAnnouncedNodes([broken, `${directory}/none`], { nowMs: NOW_MS });
    assert.deepEqual(found, { live: [], stale: [], failures: [] });
  });
});

Deno.test("findAnnouncedNodes finds the others when a file cannot be read", async () => {
  await withDirectory(async (directory) => {
    const path = await write(`${directory}/a`, content("alive"), NOW_MS);
    await Deno.mkdir(`${directory}/b`);
    const { live, failures } = await findAnnouncedNodes([`${directory}/b`, path], {
      nowMs: NOW_MS,
    });
    assert.deepEqual(live.map(({ peerId }) => peerId), ["alive"]);
    assert.deepEqual(failures.map(({ path, code }) => [path, code]), [
      [`${directory}/b`, "announce_file_failed"],
    ]);
  });
});
