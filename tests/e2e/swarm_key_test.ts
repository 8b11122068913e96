import { join } from "node:path";
import { EXIT } from "../../src/cli/mod.ts";
import { systemClock } from "../../src/concurrency/mod.ts";
import assert from "node:assert/strict";
import { assertRefused } from "./assert_refused.ts";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const ENV = { MCPP_TOKEN: "e2e-token" };
const COMMON = ["--no-mdns", "--no-worker", "--announce-file", "off"];
/** Nothing announces that a list has grown, so it is asked. */
const PAUSE_MS = 100;

async function writeKey(directory: string, name: string, key: string): Promise<string> {
  const path = join(directory, name);
  await Deno.writeTextFile(path, `/key/swarm/psk/1.0.0/\n/base16/\n${key}\n`, { mode: 0o600 });
  return path;
}

async function untilListed(node: McppProcess, peerId: string): Promise<void> {
  for (;;) {
    const { peers } = await callMcpp(node, "list_peers", {});
    if (peers.some((peer: { "peer_id": string }) => peer["peer_id"] === peerId)) return;
    await systemClock.sleep(PAUSE_MS);
  }
}

Deno.test("nodes with the key of a private swarm find each other, and others find nobody there", async () => {
  await using directory = await openTempDir();
  const key = await writeKey(directory.path, "swarm.key", "5a".repeat(32));
  const start = (...args: readonly string[]) => startMcpp({ env: ENV, args: [...COMMON, ...args] });
  await using first = await start("--swarm-key-file", key);
  const at = ["--bootstrap-peer", addressOf(first)];
  await using second = await start("--swarm-key-file", key, ...at);
  await within("the second node", untilListed(first, second.ready.peerId));
  const look = ["tools", "--peer", addressOf(first)];
  const member = await runMcpp([...look, "--swarm-key-file", key], { env: ENV });
  assert.equal(member.code, 0, JSON.stringify(member));
  const stranger = await runMcpp(look, { env: ENV });
  assert.equal(stranger.code, EXIT.unreachable, JSON.stringify(stranger));
});

Deno.test("a node does not start with a swarm key that is none, and does not show it", async () => {
  await using directory = await openTempDir();
  const path = await writeKey(directory.path, "short.key", "5a".repeat(31));
  const data = ["--data-dir", join(directory.path, "data")];
  const finished = await runMcpp(["serve", "--port", "0", ...data, "--swarm-key-file", path]);
  assertRefused(finished, {
    exit: EXIT.usage,
    code: "swarm_key_invalid",
    names: ["31 bytes in place of 32", "/key/swarm/psk/1.0.0/"],
  });
  assert.doesNotMatch(finished.stderr, /5a5a/);
  const missing = await runMcpp(["serve", ...data, "--swarm-key-file", "/nonexistent/swarm.key"]);
  assertRefused(missing, {
    exit: EXIT.usage,
    code: "secret_file_unusable",
    names: ["/nonexistent/swarm.key", "no such file"],
  });
});
