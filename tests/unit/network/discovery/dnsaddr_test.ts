import assert from "node:assert/strict";
import { waitForAbort } from "../../../../src/concurrency/mod.ts";
import { resolveDnsaddr } from "../../../../src/network/discovery/dnsaddr.ts";

type Zone = Readonly<Record<string, readonly string[]>>;

/** Resolve in a zone of our own; a name that is not in it does not resolve. */
async function resolve(
  multiaddr: string,
  zone: Zone,
): Promise<{ readonly addresses: readonly string[]; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const addresses = await resolveDnsaddr(multiaddr, {
    resolveTxt: (name) => {
      asked.push(name);
      const records = zone[name.replace(/^_dnsaddr\./, "")];
      if (records === undefined) return Promise.reject(new Error("the name does not exist"));
      return Promise.resolve(records.map((each) => `dnsaddr=${each}`));
    },
    signal: new AbortController().signal,
  });
  return { addresses, asked };
}

const ONE = "/ip4/10.0.0.1/tcp/4001/p2p/a";
const TWO = "/ip6/2001:db8::1/tcp/4001/p2p/b";

Deno.test("resolveDnsaddr reads the records of the name", async () => {
  const { addresses, asked } = await resolve("/dnsaddr/x.org", { "x.org": [ONE, TWO, ONE] });
  assert.deepEqual(addresses, [ONE, TWO]);
  assert.deepEqual(asked, ["_dnsaddr.x.org"]);
});

Deno.test("resolveDnsaddr takes only the peer that is asked for", async () => {
  const zone = {
    "x.org": [ONE, TWO, "/dnsaddr/b.org/p2p/b", "/dnsaddr/a.org/p2p/a", "/dnsaddr/all.org"],
    "b.org": ["/ip4/10.0.0.2/tcp/1/p2p/b", "/ip4/10.0.0.2/tcp/1/p2p/a"],
  };
  const { addresses, asked } = await resolve("/dnsaddr/x.org/p2p/b", zone);
  assert.deepEqual(addresses, [TWO, "/ip4/10.0.0.2/tcp/1/p2p/b"]);
  assert.deepEqual(asked, ["_dnsaddr.x.org", "_dnsaddr.b.org"]);
});

Deno.test("resolveDnsaddr follows names to a depth of three", async () => {
  const zone = {
    "one.org": ["/dnsaddr/two.org"],
    "two.org": ["/dnsaddr/three.org"],
    "three.org": [ONE, "/dnsaddr/four.org"],
    "four.org": [TWO],
  };
  const { addresses, asked } = await resolve("/dnsaddr/one.org", zone);
  assert.deepEqual(addresses, [ONE]);
  assert.equal(asked.length, 3);
});

Deno.test("resolveDnsaddr does not go in circles, nor ask without end", async () => {
  const circle = { "x.org": ["/dnsaddr/y.org", ONE], "y.org": ["/dnsaddr/x.org"] };
  assert.equal((await resolve("/dnsaddr/x.org", circle)).asked.length, 2);
  const many = Array.from({ length: 60 }, (_, index) => `/dnsaddr/${index}.org`);
  const zone: Record<string, readonly string[]> = { "x.org": many };
  for (let index = 0; index < 60; index++) zone[`${index}.org`] = many;
  assert.equal((await resolve("/dnsaddr/x.org", zone)).asked.length, 16);
});

Deno.test("resolveDnsaddr takes only what can be dialled and says whom it leads to", async () => {
  const zone = {
    "x.org": [
      "/ip4/10.0.0.1/udp/4001/quic-v1/p2p/a",
      "/ip4/10.0.0.1/tcp/4001/ws/p2p/a",
      "/ip4/10.0.0.1/tcp/443/tls/ws/p2p/a",
      "/ip4/10.0.0.1/tcp/4001",
      "/unix/tmp/tcp/1/p2p/a",
      "/dns4/seed.x.org/tcp/4001/p2p/a",
    ],
  };
  const { addresses } = await resolve("/dnsaddr/x.org", zone);
  assert.deepEqual(addresses, ["/dns4/seed.x.org/tcp/4001/p2p/a"]);
});

Deno.test("resolveDnsaddr goes on when one of several names fails, and says if all do", async () => {
  const zone = { "x.org": ["/dnsaddr/gone.org", ONE] };
  assert.deepEqual((await resolve("/dnsaddr/x.org", zone)).addresses, [ONE]);
  await assert.rejects(resolve("/dnsaddr/gone.org", zone), /the name does not exist.*gone\.org/);
});

Deno.test("resolveDnsaddr refuses what is no such address", async () => {
  for (
    const multiaddr of ["/dnsaddr", "/dnsaddr/", "/dnsaddr/x/tcp/1", `/dnsaddr/${"x".repeat(254)}`]
  ) {
    await assert.rejects(resolve(multiaddr, {}), /it is malformed/);
  }
});

Deno.test("resolveDnsaddr gives up when its signal aborts", async () => {
  const controller = new AbortController();
  const reason = new Error("No longer needed");
  const resolving = resolveDnsaddr("/dnsaddr/x.org", {
    resolveTxt: async (_name, signal) => {
      await waitForAbort(signal);
      throw signal.reason;
    },
    signal: controller.signal,
  });
  controller.abort(reason);
  await assert.rejects(resolving, reason);
});
