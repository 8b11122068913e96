import assert from "node:assert/strict";
import {
  type DoctorReport,
  examineThisNode,
  type ExamineThisNodeDeps,
} from "../../../src/doctor/mod.ts";
import { writeAnnounceFile } from "../../../src/network/announce.ts";
import { withDirectory } from "../network/with_directory.ts";
import { findFreeAddress } from "./listeners.ts";
import { TOKEN, withLooker, withNode } from "./with_node.ts";

const REAL_NETWORK = { sanitizeOps: false, sanitizeResources: false };

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...REAL_NETWORK, name: `examineThisNode ${name}`, fn });
}

/** What is the same in all tests. */
function noDeps(): Pick<ExamineThisNodeDeps, "otherFiles" | "askMethods"> {
  return { otherFiles: [], askMethods: () => Promise.resolve(undefined) };
}

function statuses({ steps }: DoctorReport): string {
  return steps.map(({ step, status }) => `${step} ${status}`).join(", ");
}

test("looks at the node that is announced, on this host", async () => {
  await withDirectory(async (directory) => {
    await withNode(async ({ node, multiaddr, deps }) => {
      const announceFile = `${directory}/announce.json`;
      const { peerId } = node;
      // As behind a gateway: that address leads nowhere from here.
      const elsewhere = `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`;
      await writeAnnounceFile(announceFile, {
        peerId,
        multiaddr: elsewhere,
        multiaddrs: [elsewhere, multiaddr],
      });
      const listen = [multiaddr.replace(/\/p2p\/.*/, "")];
      const own = { ...noDeps(), announceFile, peerId, isRunning: true, listen };
      const report = await examineThisNode({ ...deps, ...own });
      assert.equal(report.ok, true, JSON.stringify(report.steps));
      assert.equal(report.peerId, peerId);
      assert.match(statuses(report), /^bind ok, announce ok, resolve skipped, dial ok/);
      assert.match(statuses(report), /worker ok$/);
    });
  });
});

test("finds a node that runs and announces nothing where it is to listen", async () => {
  await withNode(async ({ node, multiaddr, deps }) => {
    const listen = [multiaddr.replace(/\/p2p\/.*/, "").replace("127.0.0.1", "0.0.0.0")];
    const own = {
      ...noDeps(),
      announceFile: false as const,
      peerId: node.peerId,
      isRunning: true,
      listen,
    };
    const report = await examineThisNode({ ...deps, ...own });
    assert.equal(report.ok, true, JSON.stringify(report.steps));
    assert.equal(report.peerId, node.peerId);
    assert.match(statuses(report), /announce skipped/);
  });
});

test("says that no node runs, and that it could", async () => {
  await withDirectory(async (directory) => {
    await withLooker(TOKEN, async (deps) => {
      const own = {
        ...noDeps(),
        announceFile: `${directory}/announce.json`,
        peerId: undefined,
        isRunning: false,
        listen: [findFreeAddress()],
      };
      const report = await examineThisNode({ ...deps, ...own });
      assert.equal(report.ok, false);
      assert.equal(report.multiaddr, undefined);
      assert.match(statuses(report), /^bind ok, announce failed, resolve skipped/);
    });
  });
});
