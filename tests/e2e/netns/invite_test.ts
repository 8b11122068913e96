import assert from "node:assert/strict";
import { toMcppCommand } from "../mcpp_process.ts";
import { openTempDir } from "../run_deno.ts";
import { within } from "../within.ts";
import { type HostNode, startMcppOn, untilSo } from "./mcpp_on_host.ts";
import { type Host, hostsAreMissing, withHosts } from "./with_hosts.ts";

/** Nothing admits the nodes to each other but the invitation. */
const NO_TOKEN = { MCPP_TOKEN: "" };
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

/** Run a command on a host, with the data directory of its node. */
async function runOn(
  host: Host,
  home: string,
  args: readonly string[],
  // deno-lint-ignore no-explicit-any -- what a command prints differs from command to command
): Promise<any> {
  const line = [...args, "--data-dir", `${home}/data`];
  const env = { ...NO_TOKEN, HOME: home };
  await using child = host.spawnDeno(toMcppCommand(line, home).args, { env, deadlineMs: 60_000 });
  const { code } = await child.ended;
  assert.equal(code, 0, child.stdout.text + child.stderr.text);
  return JSON.parse(child.stdout.text);
}

async function assertServes(near: HostNode, far: HostNode): Promise<void> {
  const { "task_id": taskId } = await near.call("p2p_taskqueue_submit", {
    ...ECHO,
    "peer_id": far.ready.peerId,
  });
  const { task } = await near.call("p2p_taskqueue_wait_task", {
    "task_id": taskId,
    "remote_peer_id": far.ready.peerId,
  });
  assert.equal(task.status, "completed");
}

Deno.test({
  name: "mcpp join finds the inviter on the local network with nothing but the code",
  ignore: hostsAreMissing,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      await using inviterHome = await openTempDir();
      await using joinerHome = await openTempDir();
      const start = (host: Host, home: string): Promise<HostNode> =>
        startMcppOn(host, { home, env: NO_TOKEN });
      await using near = await start(first, inviterHome.path);
      await using far = await start(second, joinerHome.path);
      const { code } = await runOn(first, inviterHome.path, ["invite"]);
      const joined = await runOn(second, joinerHome.path, ["join", code.toLowerCase()]);
      assert.equal(joined.peerId, near.ready.peerId);
      assert.equal(joined.selfPeerId, far.ready.peerId);
      assert.ok(joined.multiaddrs.some((each: string) => each.includes(first.address)));
      await within(
        "the connection",
        untilSo(async () => {
          const { peers } = await near.call("list_peers");
          return peers.some((peer: { "peer_id": string; connected?: boolean }) =>
            peer["peer_id"] === far.ready.peerId && peer.connected === true
          );
        }),
      );
      await assertServes(near, far);
      await assertServes(far, near);
    }),
});
