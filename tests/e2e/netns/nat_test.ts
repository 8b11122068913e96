import assert from "node:assert/strict";
import { toMcppCommand } from "../mcpp_process.ts";
import { within } from "../within.ts";
import { type HostNode, startMcppOn, untilSo } from "./mcpp_on_host.ts";
import type { Host } from "./with_hosts.ts";
import { networksAreMissing, withNetworks } from "./with_networks.ts";

const ignore = networksAreMissing;
const PORT = 9710;
const LISTEN = `/ip4/0.0.0.0/tcp/${PORT}`;
const COMMON = ["--no-mdns", "--announce-file", "off"];

/** A node that everybody can dial: a relay, and the place where the others meet. */
async function startRelay(host: Host): Promise<HostNode> {
  const args = [...COMMON, "--no-worker", "--relay-server", "--rendezvous-server"];
  return await startMcppOn(host, { listen: LISTEN, args });
}

function addressOf({ host, ready }: HostNode): string {
  return `/ip4/${host.address}/tcp/${PORT}/p2p/${ready.peerId}`;
}

function startBehind(host: Host, relay: HostNode, args: readonly string[]): Promise<HostNode> {
  const at = addressOf(relay);
  const reach = ["--relay-peer", at, "--rendezvous-point", at, "--namespace", "nat"];
  return startMcppOn(host, { listen: LISTEN, args: [...COMMON, ...reach, ...args] });
}

/** Wait until a node has found another one at an address through the relay. */
async function untilFound(node: HostNode, peerId: string): Promise<string> {
  let found: string | undefined;
  await untilSo(async () => {
    const { peers } = await node.call("list_peers");
    const peer = peers.find((each: { "peer_id": string }) => each["peer_id"] === peerId);
    const addresses: readonly string[] = peer?.multiaddrs ?? [peer?.multiaddr ?? ""];
    found = addresses.find((address) => address.includes("/p2p-circuit/"));
    return found !== undefined;
  });
  return found ?? "";
}

async function untilStatus(node: HostNode, status: string): Promise<void> {
  await untilSo(async () => {
    const { nat } = await node.call("p2p_taskqueue_status");
    return nat.autonat.status === status;
  });
}

/** Of each connection to a peer, whether it goes through the relay. */
async function isRelayed(node: HostNode, peerId: string): Promise<readonly boolean[]> {
  const { connections } = await node.call("peer_status", { "peer_id": peerId });
  return connections.map((each: { readonly relayed: boolean }) => each.relayed);
}

Deno.test({
  name: "nodes behind two NATs find each other, and work for each other, through a relay",
  ignore,
  fn: () =>
    withNetworks(
      { outside: 1, homes: 2 },
      async ({ outside: [public1], homes: [first, second] }) => {
        assert.ok(public1 !== undefined && first !== undefined && second !== undefined);
        await using relay = await startRelay(public1);
        await using queue = await startBehind(first, relay, ["--no-worker"]);
        await using client = await startBehind(second, relay, ["--no-worker"]);
        const address = await within("the queue", untilFound(client, queue.ready.peerId));
        await using _worker = await startMcppOn(second, {
          command: "worker",
          args: ["--peer", address],
        });
        const peerId = queue.ready.peerId;
        const { task_id: id } = await client.call("p2p_taskqueue_submit", {
          "peer_id": peerId,
          ...{ "task_type": "tool.call", payload: { tool: "echo", args: { text: "far" } } },
        });
        const { task } = await client.call("p2p_taskqueue_wait_task", {
          "remote_peer_id": peerId,
          "task_id": id,
        });
        assert.equal(task.status, "completed");
        const look = toMcppCommand(["tools", "--peer", address], "");
        await using command = second.spawnDeno(look.args, { env: { MCPP_TOKEN: "e2e-token" } });
        assert.equal((await command.ended).code, 0, command.stderr.text);
        await within(
          "the verdicts",
          Promise.all([
            untilStatus(queue, "private"),
            untilStatus(client, "private"),
            untilStatus(relay, "public"),
          ]),
        );
      },
    ),
});

Deno.test({
  name: "a node with a forwarded port says so, and a relayed link to it becomes a direct one",
  ignore,
  fn: () =>
    withNetworks({ outside: 1, homes: 2 }, async ({ outside, homes: [first, second] }) => {
      const [public1] = outside;
      assert.ok(public1 !== undefined && first !== undefined && second !== undefined);
      await first.forward(PORT);
      await using relay = await startRelay(public1);
      await using queue = await startBehind(first, relay, ["--no-worker"]);
      await within("the verdict", untilStatus(queue, "public"));
      await using client = await startMcppOn(second, { args: [...COMMON, "--no-worker"] });
      const { peerId } = queue.ready;
      // All that it knows of the other one is how to get there through the relay.
      const address = `${addressOf(relay)}/p2p-circuit/p2p/${peerId}`;
      const status = await client.call("p2p_taskqueue_status", { "remote_multiaddr": address });
      assert.equal(status.ok, true);
      await within(
        "the direct connection",
        untilSo(async () => {
          const links = await isRelayed(client, peerId);
          return links.length > 0 && !links.includes(true);
        }),
      );
      await client.call("p2p_taskqueue_status", { "peer_id": peerId });
    }),
});
