import assert from "node:assert/strict";
import { systemClock } from "../../src/concurrency/mod.ts";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { type Finished, hasTerminal, openTempDir, type TempDir } from "./run_deno.ts";
import { within } from "./within.ts";

/** Nothing announces that a node has connected, so it is asked. */
const PAUSE_MS = 100;
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
/** Nothing leads the nodes to each other but what a test says. */
const ALONE = ["--no-mdns", "--announce-file", "off"];

/** A machine: its home outlives the node that runs on it. */
interface Machine extends TempDir {
  start(args?: readonly string[]): Promise<McppProcess>;
  run(args: readonly string[], isInteractive?: boolean): Promise<Finished>;
}

async function openMachine(): Promise<Machine> {
  const home = await openTempDir();
  const { path } = home;
  return {
    path,
    start: (args = ALONE) => startMcpp({ home: path, args }),
    run: (args, isInteractive) =>
      runMcpp([...args, "--data-dir", `${path}/data`], { home: path, isInteractive }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

// deno-lint-ignore no-explicit-any -- what a command prints differs from command to command
function parse(finished: Finished): any {
  assert.equal(finished.code, 0, `${finished.stdout}${finished.stderr}`);
  return JSON.parse(finished.stdout);
}

async function untilConnected(node: McppProcess, peerId: string): Promise<void> {
  for (;;) {
    const { peers } = await callMcpp(node, "list_peers", {});
    const peer = peers.find((each: { "peer_id": string }) => each["peer_id"] === peerId);
    if (peer?.connected === true) return;
    await systemClock.sleep(PAUSE_MS);
  }
}

/** Neither node has a token, so only trust lets one use the other. */
async function assertServes(near: McppProcess, far: McppProcess): Promise<void> {
  const target = { "peer_id": far.ready.peerId };
  const submitted = await callMcpp(near, "p2p_taskqueue_submit", { ...ECHO, ...target });
  assert.equal(submitted["peer_id"], far.ready.peerId, JSON.stringify(submitted));
  const waited = await callMcpp(near, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    "remote_peer_id": far.ready.peerId,
  });
  assert.equal(waited.task.status, "completed");
}

Deno.test("two running nodes trust and reach each other after mcpp invite and mcpp join", async () => {
  await using inviter = await openMachine();
  await using joiner = await openMachine();
  await using near = await inviter.start();
  await using far = await joiner.start();
  const at = ["--at", addressOf(near)];
  const refused = await runMcpp([
    "call",
    "p2p_taskqueue_submit",
    JSON.stringify({ ...ECHO, "remote_multiaddr": addressOf(near) }),
    "--url",
    far.ready.url,
  ]);
  assert.equal(refused.code, 4, "before, nobody may");
  const { code, isNodeRunning } = parse(await inviter.run(["invite", "--name", "far"]));
  assert.equal(isNodeRunning, true);
  const joined = parse(await joiner.run(["join", code, ...at, ...ALONE, "--name", "near"]));
  assert.equal(joined.peerId, near.ready.peerId);
  assert.equal(joined.selfPeerId, far.ready.peerId);
  assert.deepEqual(joined.roles, ["submit", "work", "cache"]);
  assert.deepEqual(joined.granted, ["submit", "work", "cache"]);
  await within("the connection", untilConnected(far, near.ready.peerId));
  await within("the connection", untilConnected(near, far.ready.peerId));
  await assertServes(far, near);
  await assertServes(near, far);
  const { peers: [listed] } = parse(await inviter.run(["peers", "trusted"]));
  assert.equal(listed.peerId, far.ready.peerId);
  assert.equal(listed.name, "far");
  await using other = await openMachine();
  const again = await other.run(["join", code, ...at]);
  assert.equal(again.code, 6);
  assert.match(again.stderr, /invite_used/);
});

Deno.test("a machine can join before its node runs, and is remembered over restarts", async () => {
  await using inviter = await openMachine();
  await using joiner = await openMachine();
  let at: readonly string[];
  {
    await using near = await inviter.start();
    const { code } = parse(await inviter.run(["invite"]));
    at = ["--at", addressOf(near)];
    const joined = parse(await joiner.run(["join", code, ...at]));
    assert.equal(joined.isNodeRunning, false);
    await using far = await joiner.start();
    assert.equal(far.ready.peerId, joined.selfPeerId);
    await within("the connection", untilConnected(far, near.ready.peerId));
    await assertServes(far, near);
    await far.stop();
    await near.stop();
  }
  const trusted = parse(await inviter.run(["peers", "trusted"]));
  assert.equal(trusted.peers.length, 1);
  await using near = await inviter.start();
  await using far = await joiner.start([...ALONE, "--bootstrap-peer", addressOf(near)]);
  await within("the connection", untilConnected(far, near.ready.peerId));
  await assertServes(far, near);
});

Deno.test("mcpp join finds the node at a rendezvous point that both know", async () => {
  await using point = await startMcpp({ args: [...ALONE, "--rendezvous-server"] });
  await assertJoinFinds([...ALONE, "--rendezvous-point", addressOf(point), "--namespace", "e2e"]);
});

Deno.test("mcpp join finds the node in the hash table that a bootstrap peer leads to", async () => {
  await using first = await startMcpp({ args: [...ALONE, "--dht", "private"] });
  await assertJoinFinds([...ALONE, "--bootstrap-peer", addressOf(first), "--namespace", "e2e"]);
});

Deno.test("mcpp join goes through a relay", async () => {
  await using relay = await startMcpp({ args: [...ALONE, "--relay-server"] });
  await using inviter = await openMachine();
  await using joiner = await openMachine();
  await using near = await inviter.start([...ALONE, "--relay-peer", addressOf(relay)]);
  const { code } = parse(await inviter.run(["invite"]));
  const circuit = `${addressOf(relay)}/p2p-circuit/p2p/${near.ready.peerId}`;
  const join = async (): Promise<Finished> => {
    for (;;) {
      const finished = await joiner.run(["join", code, "--at", circuit, ...ALONE]);
      // The place at the relay is taken in the background.
      if (finished.code !== 3) return finished;
    }
  };
  const joined = parse(await within("the relay", join()));
  assert.equal(joined.peerId, near.ready.peerId);
  assert.ok(joined.multiaddrs.includes(circuit), joined.multiaddrs.join());
});

Deno.test("mcpp invite and mcpp join say what is wrong, with exit codes", async () => {
  await using inviter = await openMachine();
  await using joiner = await openMachine();
  const lonely = await inviter.run(["invite"]);
  assert.equal(lonely.code, 0);
  assert.match(lonely.stderr, /no node runs here/);
  await using near = await inviter.start();
  const at = ["--at", addressOf(near)];
  const { code, id } = parse(await inviter.run(["invite", "--expires", "1h"]));
  const own = await inviter.run(["join", code, ...at]);
  assert.equal(own.code, 2);
  assert.match(own.stderr, /invite_own/);
  const mistyped = await joiner.run(["join", `${code.slice(0, -1)}${code.endsWith("0") ? 1 : 0}`]);
  assert.equal(mistyped.code, 2);
  assert.match(mistyped.stderr, /invite_invalid/);
  assert.equal(parse(await inviter.run(["invite", "cancel", id.slice(0, 8)])).state, "cancelled");
  const cancelled = await joiner.run(["join", code, ...at]);
  assert.equal(cancelled.code, 6);
  assert.match(cancelled.stderr, /invite_cancelled/);
  const states = parse(await inviter.run(["invite", "list", "--json"])).invites
    .map(({ state }: { state: string }) => state);
  assert.deepEqual(states, ["open", "cancelled"]);
  await using stranger = await openMachine();
  const other = parse(await stranger.run(["invite"]));
  const unknown = await joiner.run(["join", other.code, ...at]);
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /the node there does not know the invitation.*invite_not_found/);
  const nobody = await joiner.run(["join", other.code, "--timeout", "0.5", ...ALONE]);
  assert.equal(nobody.code, 3);
  assert.match(nobody.stderr, /no other node was found.*invite_not_found/);
  for (const args of [["--expires", "8d"], ["--expires", "0s"], ["--role", "root"]]) {
    assert.equal((await inviter.run(["invite", ...args])).code, 2, args.join(" "));
  }
});

Deno.test({
  name: "mcpp invite shows a person the code, what to type, and a QR code",
  ignore: !await hasTerminal(),
  fn: async () => {
    await using machine = await openMachine();
    const shown = await machine.run(["invite", "--expires", "90s"], true);
    assert.equal(shown.code, 0, shown.stdout);
    assert.match(shown.stdout, /may join for 90 seconds, until \d\d:\d\d:\d\d/);
    assert.match(shown.stdout, /\n {2}mcpp join ([0-9A-Z]{5}-){3}[0-9A-Z]{5}\r?\n/);
    assert.match(shown.stdout, /\n██ ▄▄▄▄▄ █.*█ ▄▄▄▄▄ ██\r?\n/);
  },
});

/** Two machines that have nothing but these settings in common. */
async function assertJoinFinds(settings: readonly string[]): Promise<void> {
  await using inviter = await openMachine();
  await using joiner = await openMachine();
  await using near = await inviter.start(settings);
  await using far = await joiner.start(settings);
  const { code } = parse(await inviter.run(["invite"]));
  const joined = parse(await joiner.run(["join", code, ...settings]));
  assert.equal(joined.peerId, near.ready.peerId);
  await within("the connection", untilConnected(near, far.ready.peerId));
  await assertServes(near, far);
}
