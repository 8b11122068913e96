import assert from "node:assert/strict";
import type { Listener, Transport, Upgrader } from "@libp2p/interface";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import {
  dualStackTcp,
  mergeWildcards,
  toPlainAddress,
} from "../../../../src/network/libp2p/dual_stack_tcp.ts";

type CreateTcp = NonNullable<Parameters<typeof dualStackTcp>[0]>;
const PORT = 9710;

/** A transport whose listeners remember where they listen, and fail as they are told to. */
function createListener(failure?: (address: string) => Error | undefined): Listener {
  let listening: Multiaddr[] = [];
  const listener: Pick<Listener, "listen" | "getAddrs"> = {
    listen: (address) => {
      const error = failure?.(address.toString());
      if (error !== undefined) return Promise.reject(error);
      listening = [multiaddr(address.toString().replace("/tcp/0", `/tcp/${PORT}`))];
      return Promise.resolve();
    },
    getAddrs: () => listening,
  };
  const transport: Pick<Transport, "createListener"> = {
    createListener: () => listener as Listener,
  };
  const create = () => transport as ReturnType<CreateTcp>;
  const components = {} as Parameters<CreateTcp>[0];
  return dualStackTcp(create)(components).createListener({ upgrader: {} as Upgrader });
}

Deno.test("dualStackTcp says that the socket for both families is reached over IPv4, too", async () => {
  const listener = createListener();
  await listener.listen(multiaddr("/ip6/::/tcp/0"));
  const addresses = listener.getAddrs().map(String);
  assert.ok(addresses.includes(`/ip4/127.0.0.1/tcp/${PORT}`), addresses.join());
  assert.equal(addresses.at(-1), `/ip6/::/tcp/${PORT}`);
});

Deno.test("dualStackTcp leaves other addresses alone", async () => {
  for (const address of [`/ip4/0.0.0.0/tcp/${PORT}`, `/ip6/::1/tcp/${PORT}`]) {
    const listener = createListener();
    await listener.listen(multiaddr(address));
    assert.deepEqual(listener.getAddrs().map(String), [address]);
  }
});

Deno.test("dualStackTcp listens on IPv4 only where there is no IPv6", async () => {
  const failure = (address: string): Error | undefined =>
    address.startsWith("/ip6/") ? new Error("listen EAFNOSUPPORT: ::") : undefined;
  const listener = createListener(failure);
  await listener.listen(multiaddr("/ip6/::/tcp/0"));
  assert.deepEqual(listener.getAddrs().map(String), [`/ip4/0.0.0.0/tcp/${PORT}`]);
});

Deno.test("dualStackTcp fails if the port is in use, or an address of IPv6 is not there", async () => {
  const inUse = createListener(() => new Error("listen EADDRINUSE: :::9710"));
  await assert.rejects(inUse.listen(multiaddr(`/ip6/::/tcp/${PORT}`)), /EADDRINUSE/);
  const notThere = createListener(() => new Error("listen EADDRNOTAVAIL"));
  await assert.rejects(notThere.listen(multiaddr(`/ip6/fd00::9/tcp/${PORT}`)), /EADDRNOTAVAIL/);
});

Deno.test("toPlainAddress shows an IPv4 peer as such", () => {
  const cases = [
    ["/ip6/::ffff:7f00:1/tcp/44468", "/ip4/127.0.0.1/tcp/44468"],
    ["/ip6/::ffff:c0a8:102/tcp/1", "/ip4/192.168.1.2/tcp/1"],
    ["/ip6/::1/tcp/1", "/ip6/::1/tcp/1"],
    ["/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1"],
  ] as const;
  for (const [shown, plain] of cases) {
    assert.equal(toPlainAddress(multiaddr(shown)).toString(), plain);
  }
});

Deno.test("mergeWildcards leaves out what the socket for both families covers", () => {
  const [four, six] = ["/ip4/0.0.0.0/tcp/9710", "/ip6/::/tcp/9710"];
  assert.deepEqual(mergeWildcards([four, six]), [six]);
  assert.deepEqual(mergeWildcards([four]), [four]);
  assert.deepEqual(mergeWildcards([four, "/ip6/::/tcp/9711"]), [four, "/ip6/::/tcp/9711"]);
});
