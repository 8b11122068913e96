import assert from "node:assert/strict";
import { createPeerId } from "../../unit/network/discovery/create_peer_id.ts";
import type { WatchedChild } from "../watched_child.ts";
import { type Host, hostsAreMissing, withHosts } from "./with_hosts.ts";

const PROGRAM = new URL("./mdns_peer.ts", import.meta.url).pathname;
const NET = "--allow-net";
const SYS = "--allow-sys=networkInterfaces";
const ignore = hostsAreMissing;

function startPeer(host: Host, peerId: string, multiaddrs: readonly string[]): WatchedChild {
  // With no more rights than a node has for it.
  const args = ["run", "--quiet", "--no-prompt", NET, SYS, "--allow-env", "--allow-read"];
  return host.spawnDeno([...args, PROGRAM, peerId, ...multiaddrs]);
}

function addressOf(host: Host, peerId: string): string {
  return `/ip4/${host.address}/tcp/9710/p2p/${peerId}`;
}

Deno.test({
  name: "mDNS lets two hosts without any route find each other, and hear when one goes",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      const [alice, bob] = [createPeerId(2), createPeerId(3)];
      const loopback = `/ip4/127.0.0.1/tcp/9710/p2p/${alice}`;
      const near = startPeer(first, alice, [loopback, addressOf(first, alice)]);
      const far = startPeer(second, bob, [addressOf(second, bob)]);
      await Promise.all([
        near.stdout.waitFor(new RegExp(`^found ${addressOf(second, bob)}$`, "m")),
        // Its loopback is of no use to others.
        far.stdout.waitFor(new RegExp(`^found ${addressOf(first, alice)}$`, "m")),
      ]);
      near.kill("SIGTERM");
      await far.stdout.waitFor(new RegExp(`^lost ${alice}$`, "m"));
      assert.equal((await near.ended).code, 0, near.stderr.text);
      assert.doesNotMatch(near.stdout.text + far.stdout.text, /failed/);
    }),
});

Deno.test({
  name: "mDNS lets nodes on one host find each other, also over the loopback alone",
  ignore,
  fn: () =>
    withHosts(1, async (host) => {
      assert.ok(host !== undefined);
      await host.run("ip", "link", "set", "eth0", "down");
      await host.run("ip", "address", "flush", "dev", "eth0");
      const [alice, bob] = [createPeerId(2), createPeerId(3)];
      const address = `/ip4/127.0.0.1/tcp/9710/p2p/${alice}`;
      startPeer(host, alice, [address]);
      const looking = startPeer(host, bob, []);
      await looking.stdout.waitFor(new RegExp(`^found ${address}$`, "m"));
    }),
});

Deno.test({
  name: "mDNS finds a peer whose cable is plugged in after its start",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      const [alice, bob] = [createPeerId(2), createPeerId(3)];
      await first.unplug();
      startPeer(first, alice, [addressOf(first, alice)]);
      const far = startPeer(second, bob, [addressOf(second, bob)]);
      await far.stdout.waitFor(/^started$/m);
      await first.plug();
      await far.stdout.waitFor(new RegExp(`^found ${addressOf(first, alice)}$`, "m"));
    }),
});

Deno.test({
  name: "mDNS follows a host that changes its address",
  ignore,
  fn: () =>
    withHosts(2, async (first, second) => {
      assert.ok(first !== undefined && second !== undefined);
      const [alice, bob] = [createPeerId(2), createPeerId(3)];
      startPeer(first, alice, [addressOf(first, alice)]);
      const far = startPeer(second, bob, [addressOf(second, bob)]);
      await far.stdout.waitFor(new RegExp(`^found ${addressOf(first, alice)}$`, "m"));
      await first.run("ip", "address", "flush", "dev", "eth0");
      await first.run("ip", "address", "add", "10.78.0.1/24", "dev", "eth0");
      await second.run("ip", "address", "flush", "dev", "eth0");
      await second.run("ip", "address", "add", "10.78.0.2/24", "dev", "eth0");
      const before = far.stdout.text.length;
      await far.stdout.waitFor(new RegExp(`^[^]{${before},}\nfound `));
    }),
});
