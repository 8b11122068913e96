import assert from "node:assert/strict";
import { systemClock } from "../../../../src/concurrency/mod.ts";
import { type AnnounceOptions, checkAnnouncing } from "../../../../src/doctor/step/announce.ts";
import { writeAnnounceFile } from "../../../../src/network/announce.ts";
import { withDirectory } from "../../network/with_directory.ts";

const MULTIADDR = "/ip4/127.0.0.1/tcp/1/p2p/alice";
const BOB = "/ip4/127.0.0.1/tcp/2/p2p/bob";
const DEAD_PID = 99_999_999;

function check(options: Partial<AnnounceOptions>) {
  return checkAnnouncing({
    announceFile: false,
    otherFiles: [],
    peerId: "alice",
    isRunning: false,
    askMethods: () => Promise.resolve(undefined),
    nowMs: systemClock.now(),
    signal: new AbortController().signal,
    ...options,
  });
}

function withFile(test: (path: string, directory: string) => Promise<void>): Promise<void> {
  return withDirectory((directory) => test(`${directory}/announce.json`, directory));
}

Deno.test("checkAnnouncing finds the node that its file announces", async () => {
  await withFile(async (announceFile) => {
    await writeAnnounceFile(announceFile, { peerId: "alice", multiaddr: MULTIADDR });
    const { finding, value } = await check({ announceFile, isRunning: true });
    assert.equal(finding.status, "ok");
    assert.match(finding.message, /written \d+ s ago by process \d+$/);
    assert.equal(value?.multiaddr, MULTIADDR);
  });
});

Deno.test("checkAnnouncing does not take another node that has written its file for this one", async () => {
  await withFile(async (announceFile, directory) => {
    await writeAnnounceFile(announceFile, { peerId: "bob", multiaddr: BOB });
    const running = await check({ announceFile, isRunning: true });
    assert.equal(running.value, undefined);
    assert.partialDeepStrictEqual(running.finding, { status: "warning", code: "announced_other" });
    assert.match(running.finding.hint ?? "", /--announce-file/);
    const stopped = await check({ announceFile });
    assert.equal(stopped.value?.multiaddr, BOB);
    assert.partialDeepStrictEqual(stopped.finding, { status: "warning", code: "no_node" });
    const otherFile = `${directory}/other.json`;
    await writeAnnounceFile(otherFile, { peerId: "alice", multiaddr: MULTIADDR });
    const elsewhere = await check({ announceFile, otherFiles: [otherFile], isRunning: true });
    assert.equal(elsewhere.value?.multiaddr, MULTIADDR);
  });
});

Deno.test("checkAnnouncing says that no node runs", async () => {
  await withFile(async (announceFile) => {
    const { finding, value } = await check({ announceFile });
    assert.equal(value, undefined);
    assert.partialDeepStrictEqual(finding, { status: "failed", code: "no_node" });
    assert.match(finding.hint ?? "", /mcpp serve/);
  });
});

Deno.test("checkAnnouncing says that a file is left over from a process that has ended", async () => {
  await withFile(async (announceFile) => {
    const left = { "peer_id": "alice", multiaddr: MULTIADDR, pid: DEAD_PID };
    await Deno.writeTextFile(announceFile, JSON.stringify(left));
    const { finding, value } = await check({ announceFile });
    assert.equal(value, undefined);
    assert.partialDeepStrictEqual(finding, { status: "failed", code: "announce_stale" });
    assert.match(finding.message, new RegExp(`process ${DEAD_PID}`));
  });
});

Deno.test("checkAnnouncing says that a file has expired", async () => {
  await withFile(async (announceFile) => {
    const expired = { "peer_id": "alice", multiaddr: MULTIADDR, "expires_at": 1 };
    await Deno.writeTextFile(announceFile, JSON.stringify(expired));
    const { finding } = await check({ announceFile });
    assert.partialDeepStrictEqual(finding, {
      code: "announce_stale",
      details: { reason: "expired" },
    });
    assert.match(finding.message, /expired/);
  });
});

Deno.test("checkAnnouncing says that a node runs and does not announce itself", async () => {
  await withFile(async (announceFile) => {
    const { finding } = await check({ announceFile, isRunning: true });
    assert.partialDeepStrictEqual(finding, { status: "failed", code: "not_announced" });
  });
});

Deno.test("checkAnnouncing says that a file cannot be read", async () => {
  await withFile(async (announceFile) => {
    await Deno.mkdir(announceFile);
    const { finding } = await check({ announceFile, isRunning: true });
    assert.partialDeepStrictEqual(finding, { status: "failed", code: "announce_file_failed" });
    assert.ok(finding.hint);
  });
});

Deno.test("checkAnnouncing goes on with another node of this machine, and says so", async () => {
  await withFile(async (announceFile, directory) => {
    const other = `${directory}/other.json`;
    await writeAnnounceFile(other, { peerId: "alice", multiaddr: MULTIADDR });
    const { finding, value } = await check({ announceFile, otherFiles: [other] });
    assert.equal(finding.status, "warning");
    assert.equal(value?.path, other);
  });
});

Deno.test("checkAnnouncing passes over a file that is switched off", async () => {
  const { finding, value } = await check({ isRunning: true });
  assert.equal(finding.status, "skipped");
  assert.equal(value, undefined);
});

Deno.test("checkAnnouncing warns of ways to find peers that do not work", async () => {
  await withFile(async (announceFile) => {
    await writeAnnounceFile(announceFile, { peerId: "alice", multiaddr: MULTIADDR });
    const methods = [{ method: "mdns", ok: true }, {
      method: "rendezvous",
      ok: false,
      reason: "nobody answered",
    }];
    const { finding, value } = await check({
      announceFile,
      isRunning: true,
      askMethods: () => Promise.resolve(methods),
    });
    assert.partialDeepStrictEqual(finding, {
      status: "warning",
      code: "discovery_failing",
      details: { methods },
    });
    assert.match(finding.message, /rendezvous: nobody answered/);
    assert.equal(value?.peerId, "alice");
  });
});
