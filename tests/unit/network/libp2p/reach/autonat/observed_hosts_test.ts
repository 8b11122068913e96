import assert from "node:assert/strict";
import { ObservedHosts } from "../../../../../../src/network/libp2p/reach/autonat/observed_hosts.ts";

const LISTENING = ["/ip4/192.168.1.2/tcp/9710", "/ip4/127.0.0.1/tcp/9710", "/ip6/fd00::2/tcp/9711"];

Deno.test("ObservedHosts guesses that the router forwards the port on which the node listens", () => {
  const hosts = new ObservedHosts();
  assert.equal(hosts.note("/ip4/8.8.8.8/tcp/40123"), true);
  assert.equal(hosts.note("/ip4/8.8.8.8/tcp/40124"), false);
  assert.deepEqual(hosts.guess(LISTENING), ["/ip4/8.8.8.8/tcp/9710"]);
  hosts.note("/ip6/2606:4700::1/tcp/50000");
  assert.deepEqual(hosts.guess(LISTENING), [
    "/ip4/8.8.8.8/tcp/9710",
    "/ip6/2606:4700::1/tcp/9711",
  ]);
  assert.deepEqual(hosts.guess([]), []);
});

Deno.test("ObservedHosts notes only what the whole world can dial", () => {
  const hosts = new ObservedHosts();
  for (
    const address of [
      "/ip4/192.168.1.9/tcp/1",
      "/ip4/127.0.0.1/tcp/1",
      "/ip6/fe80::1/tcp/1",
      "/dns4/example.org/tcp/1",
      "/ip4/8.8.8.8/tcp/1/p2p/QmRelay/p2p-circuit",
    ]
  ) {
    assert.equal(hosts.note(address), false, address);
  }
  assert.deepEqual(hosts.guess(LISTENING), []);
});

Deno.test("ObservedHosts is not filled up by a liar", () => {
  const hosts = new ObservedHosts();
  for (let index = 0; index < 100; index++) hosts.note(`/ip4/9.9.9.${index}/tcp/1`);
  assert.equal(hosts.guess(LISTENING).length, 8);
});
