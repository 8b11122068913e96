import assert from "node:assert/strict";
import { createPeerId } from "../../unit/network/discovery/create_peer_id.ts";
import { within } from "../within.ts";
import { type HostNode, startMcppOn, untilListed } from "./mcpp_on_host.ts";
import { type Host, hostsAreMissing, withHosts } from "./with_hosts.ts";

const ignore = hostsAreMissing;
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
/** Where a packet to a host that is not there ends: nobody says so. */
const NOBODYS_ADDRESS = "02:00:00:00:00:01";
/** A dial to a dead peer takes 10 seconds until it is given up. */
const SOON_MS = 5_000;

/** Submit a task to a peer, by its id alone, and wait for what comes of it. */
async function doOn(node: HostNode, peerId: string): Promise<unknown> {
  const submitted = await node.call("p2p_taskqueue_submit", { ...ECHO, "peer_id": peerId });
  const { task } = await node.call("p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    "remote_peer_id": peerId,
  });
  return task.status;
}

/** Take a host's IPv4 away and give it a unique local address of IPv6. */
async function moveToIpv6(host: Host, address: string): Promise<void> {
  await host.run("ip", "-4", "address", "flush", "dev", "eth0");
  await host.run("ip", "-6", "address", "add", `${address}/64`, "dev", "eth0", "nodad");
}

Deno.test({
  name: "two hosts on one network find each other and do each other's work, told nothing",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      await using near = await startMcppOn(first);
      await using far = await startMcppOn(second);
      await within("the other host", untilListed(near, far.ready.peerId));
      assert.equal(await doOn(near, far.ready.peerId), "completed");
      const { peers } = await near.call("list_peers");
      assert.ok(peers[0].multiaddrs[0].startsWith("/ip4/10.77.0.2/tcp/"), JSON.stringify(peers));
    }),
});

Deno.test({
  name: "two hosts on a network without IPv4 find each other and do each other's work",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      await moveToIpv6(first, "fd77::1");
      await moveToIpv6(second, "fd77::2");
      const listen = "/ip6/::/tcp/0";
      await using near = await startMcppOn(first, { listen });
      await using far = await startMcppOn(second, { listen });
      await within("the other host", untilListed(near, far.ready.peerId));
      assert.equal(await doOn(near, far.ready.peerId), "completed");
      const { peers } = await near.call("list_peers");
      assert.ok(peers[0].multiaddrs[0].startsWith("/ip6/fd77::2/tcp/"), JSON.stringify(peers));
    }),
});

Deno.test({
  name: "bootstrap peers that are all dead do not delay what is found on the network",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      const dead = ["10.77.0.251", "10.77.0.252", "10.77.0.253"];
      const ofNobody = ["lladdr", NOBODYS_ADDRESS, "dev", "eth0"];
      for (const each of dead) await first.run("ip", "neigh", "add", each, ...ofNobody);
      // One is silent, one cannot be reached, one is a name that nobody knows.
      const bootstrap = [...dead, "198.51.100.7"].map((each) => `/ip4/${each}/tcp/9710`)
        .concat("/dnsaddr/nobody.invalid", "/dns4/nobody.invalid/tcp/9710")
        .map((location, index) => `${location}/p2p/${createPeerId(index)}`);
      await using far = await startMcppOn(second);
      await using near = await startMcppOn(first, {
        args: bootstrap.flatMap((each) => ["--bootstrap-peer", each]),
      });
      const startedMs = performance.now();
      await within("the other host", untilListed(near, far.ready.peerId));
      assert.equal(await doOn(near, far.ready.peerId), "completed");
      const tookMs = performance.now() - startedMs;
      assert.ok(tookMs < SOON_MS, `${tookMs} ms`);
    }),
});
