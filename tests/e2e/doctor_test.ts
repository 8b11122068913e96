import assert from "node:assert/strict";
import { isMissing } from "./is_missing.ts";
import { addressOf, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";

interface Step {
  readonly step: string;
  readonly status: string;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface Report {
  readonly exit: number;
  readonly ok: boolean;
  readonly multiaddr: string | null;
  readonly peerId: string | null;
  readonly steps: readonly Step[];
}

const TOKEN = "e2e-token";
const TOKEN_ENV = { MCPP_TOKEN: TOKEN };
/** A valid id that no node here has. */
const STRANGER = "12D3KooWGzBn8u5Yd2Cbt7bqQxTMRK4vXXRPVPCUvYF6Yqg5hAFd";
/** A user that nothing belongs to. */
const NOBODY = 65_534;
const ANNOUNCE_FILE = ".cache/ipfs_accelerate_py/task_p2p_announce.json";

/** Look at a node as a program does that lives in a home. */
async function examine(home: string, args: readonly string[]): Promise<Report> {
  const finished = await runMcpp(["doctor", "--data-dir", `${home}/data`, ...args], { home });
  assert.ok(finished.stdout !== "", finished.stderr);
  return { ...JSON.parse(finished.stdout), exit: finished.code };
}

/** The flags of the node, as far as they say where it is. */
function flagsOf({ ready }: McppProcess): readonly string[] {
  const listen = (ready.multiaddrs[0] ?? "").replace(/\/p2p\/.*/, "");
  return ["--port", new URL(ready.url).port, "--p2p-listen", listen];
}

function stepOf({ steps }: Report, name: string): Step {
  return steps.find(({ step }) => step === name) ?? assert.fail(`There is no step ${name}`);
}

function assertFails(report: Report, step: string, code: string): Step {
  const found = stepOf(report, step);
  assert.partialDeepStrictEqual(found, { status: "failed", code }, JSON.stringify(report));
  assert.equal(report.exit, 1);
  assert.equal(report.ok, false);
  return found;
}

Deno.test("mcpp doctor finds nothing wrong with this machine's node, and asks how it is found", async () => {
  await using home = await openTempDir();
  await using node = await startMcpp({ home: home.path });
  const report = await examine(home.path, flagsOf(node));
  assert.equal(report.exit, 0, JSON.stringify(report));
  assert.equal(report.peerId, node.ready.peerId);
  const { details } = stepOf(report, "announce");
  assert.partialDeepStrictEqual(details, { methods: [{ method: "announce-file", ok: true }] });
  assert.match(stepOf(report, "authorisation").message, /^mcpp \d/);
  assert.equal(stepOf(report, "worker").status, "ok");
});

Deno.test("mcpp doctor says that no node runs, and what was left over by one that was killed", async () => {
  await using home = await openTempDir();
  const before = await examine(home.path, ["--p2p-port", "0"]);
  assertFails(before, "announce", "no_node");
  assert.equal(before.multiaddr, null);
  await using node = await startMcpp({ home: home.path });
  await node.stop("SIGKILL");
  const after = await examine(home.path, flagsOf(node));
  assert.equal(stepOf(after, "bind").status, "ok");
  const { message } = assertFails(after, "announce", "announce_stale");
  assert.ok(message.includes(String(node.pid)), message);
});

Deno.test("mcpp doctor says who is not let in, and follows what is done about it", async () => {
  await using home = await openTempDir();
  await using away = await openTempDir();
  await using node = await startMcpp({ home: home.path });
  // The other machine has a node too, so that it has an identity.
  await using other = await startMcpp({ home: away.path });
  const address = [addressOf(node)];
  const { peerId } = other.ready;
  const { hint } = assertFails(await examine(away.path, address), "authorisation", "unauthorized");
  assert.ok(hint?.includes(`mcpp peers trust ${peerId}`), `hint "${hint}"`);
  const change = async (...args: readonly string[]): Promise<void> => {
    const changing = ["peers", ...args, "--data-dir", node.dataDir];
    const finished = await runMcpp(changing, { home: home.path });
    assert.equal(finished.code, 0, finished.stderr);
  };
  await change("trust", peerId);
  const trusted = await examine(away.path, address);
  assert.equal(trusted.exit, 0, JSON.stringify(trusted));
  assert.equal(stepOf(trusted, "authorisation").details?.["ownPeerId"], peerId);
  await change("revoke", peerId);
  const revoked = assertFails(await examine(away.path, address), "handshake", "handshake_failed");
  assert.match(revoked.hint ?? "", /revoked/);
});

Deno.test("mcpp doctor says that an address is not one of a node", async () => {
  await using home = await openTempDir();
  await using node = await startMcpp({ home: home.path, args: ["--no-p2p"] });
  const { port } = new URL(node.ready.url);
  const report = await examine(home.path, [`/ip4/127.0.0.1/tcp/${port}`]);
  assert.match(assertFails(report, "handshake", "not_a_node").message, /an HTTP server/);
});

Deno.test("mcpp doctor looks at a node through a relay, and knows whom the relay does not know", async () => {
  await using home = await openTempDir();
  const common = ["--announce-file", "off", "--no-mdns"];
  await using relay = await startMcpp({ args: [...common, "--relay-server"] });
  const via = ["--relay-peer", addressOf(relay)];
  await using node = await startMcpp({ env: TOKEN_ENV, args: [...common, ...via] });
  const circuit = `${addressOf(relay)}/p2p-circuit/p2p`;
  const look = async (peerId: string): Promise<Report> =>
    await examine(home.path, [`${circuit}/${peerId}`, "--token-file", `${home.path}/token`]);
  await Deno.writeTextFile(`${home.path}/token`, TOKEN, { mode: 0o600 });
  let report = await look(node.ready.peerId);
  // Nothing announces that the relay has a place for the node.
  while (stepOf(report, "handshake").code === "no_reservation") {
    report = await look(node.ready.peerId);
  }
  assert.equal(report.exit, 0, JSON.stringify(report));
  assert.match(stepOf(report, "dial").message, /^The relay at /);
  assert.match(stepOf(report, "handshake").message, /through a relay/);
  assertFails(await look(STRANGER), "handshake", "no_reservation");
});

Deno.test("mcpp doctor refuses what is no address", async () => {
  const finished = await runMcpp(["doctor", "192.0.2.1:9710"]);
  assert.equal(finished.code, 2);
  assert.match(finished.stderr, /\[invalid_multiaddr\]\nhint: /);
});

Deno.test("a node whose announce file cannot be written starts, and says so everywhere", async () => {
  await using home = await openTempDir();
  await Deno.writeTextFile(`${home.path}/file`, "");
  const announce = ["--announce-file", `${home.path}/file/announce.json`];
  await using node = await startMcpp({ home: home.path, args: announce });
  assert.match(node.stderr.text, /WARN.*announce.*not accessible/);
  const health = await fetch(new URL("/health", node.ready.url));
  assert.equal(health.status, 200);
  assert.partialDeepStrictEqual(await health.json(), {
    checks: { "discovery.announce-file": { ok: false } },
  });
  const report = await examine(home.path, [...flagsOf(node), ...announce]);
  assertFails(report, "announce", "announce_file_failed");
  // It is looked at all the same, where it is to listen.
  assert.equal(report.peerId, node.ready.peerId);
  assert.equal(stepOf(report, "worker").status, "ok");
  assert.equal(await node.stop(), 0);
});

Deno.test("mcpp worker finds the node that was announced last, wherever, and no dead one", async () => {
  await using home = await openTempDir();
  const places = { home: home.path, dataDir: `${home.path}/data` };
  const elsewhere = `${home.path}/.cache/ipfs_datasets_py/task_p2p_announce.json`;
  await using node = await startMcpp({ ...places, args: ["--announce-file", elsewhere] });
  const dead = { "peer_id": "dead", multiaddr: "/ip4/127.0.0.1/tcp/1/p2p/dead", "expires_at": 1 };
  await Deno.mkdir(`${home.path}/.cache/ipfs_accelerate_py`);
  await Deno.writeTextFile(`${home.path}/${ANNOUNCE_FILE}`, JSON.stringify(dead));
  await using worker = await startMcpp({ ...places, command: "worker" });
  assert.partialDeepStrictEqual(worker.ready, { queuePeerId: node.ready.peerId });
});

Deno.test({
  name: "mcpp worker works for nobody whom another user of this machine has announced",
  ignore: await isMissing("the right to give files away", canGiveFilesAway),
  fn: async () => {
    await using home = await openTempDir();
    const places = { home: home.path, dataDir: `${home.path}/data` };
    const planted = `${home.path}/.cache/ipfs_datasets_py/task_p2p_announce.json`;
    await using node = await startMcpp({ ...places, args: ["--announce-file", planted] });
    const text = await Deno.readTextFile(planted);
    assert.equal(await node.stop(), 0);
    await Deno.writeTextFile(planted, JSON.stringify({ ...JSON.parse(text), pid: undefined }));
    await Deno.chown(planted, NOBODY, NOBODY);
    const args = ["worker", "--data-dir", places.dataDir];
    const refused = await runMcpp(args, { home: home.path });
    assert.match(refused.stderr, /\[no_queue\]/);
  },
});

async function canGiveFilesAway(): Promise<boolean> {
  await using directory = await openTempDir();
  const path = `${directory.path}/mine`;
  await Deno.writeTextFile(path, "");
  try {
    await Deno.chown(path, NOBODY, NOBODY);
    return true;
  } catch {
    return false;
  }
}
