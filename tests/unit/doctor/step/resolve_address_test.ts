import assert from "node:assert/strict";
import { resolveAddress } from "../../../../src/doctor/step/resolve_address.ts";

const ID = "12D3KooWGRUVH6JbZ6E9oJzrUuWBUx6nqVMCGk3fSQMY7XDEVcGC";
const OTHER = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo";

interface Names {
  readonly txt?: Readonly<Record<string, readonly string[]>>;
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
}

function resolve(multiaddr: string, { txt = {}, hosts = {} }: Names = {}) {
  return resolveAddress(multiaddr, {
    resolveTxt: (name) => {
      const texts = txt[name];
      return texts === undefined
        ? Promise.reject(new Error("no such name"))
        : Promise.resolve(texts);
    },
    resolveHost: (name) => {
      const ips = hosts[name];
      return ips === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(ips);
    },
    signal: new AbortController().signal,
  });
}

Deno.test("resolveAddress has nothing to do for an IP address", async () => {
  const multiaddr = `/ip4/192.0.2.1/tcp/1/p2p/${ID}`;
  const { finding, value } = await resolve(multiaddr);
  assert.equal(finding.status, "skipped");
  assert.deepEqual(value?.map((each) => each.multiaddr), [multiaddr]);
});

Deno.test("resolveAddress gives every IP address of a name", async () => {
  const { finding, value } = await resolve(`/dns/node.example/tcp/1/p2p/${ID}`, {
    hosts: { "node.example": ["192.0.2.1", "2001:db8::1"] },
  });
  assert.equal(finding.status, "ok");
  assert.deepEqual(value?.map((each) => each.multiaddr), [
    `/ip4/192.0.2.1/tcp/1/p2p/${ID}`,
    `/ip6/2001:db8::1/tcp/1/p2p/${ID}`,
  ]);
});

Deno.test("resolveAddress fails for a name that does not resolve", async () => {
  const { finding, value } = await resolve(`/dns4/nowhere.example/tcp/1`);
  assert.equal(value, undefined);
  assert.equal(finding.code, "name_not_resolved");
  assert.match(finding.message, /nowhere\.example.*ENOTFOUND/);
  assert.ok(finding.hint);
});

Deno.test("resolveAddress follows dnsaddr to names and to their IP addresses", async () => {
  const { finding, value } = await resolve(`/dnsaddr/swarm.example/p2p/${ID}`, {
    txt: {
      "_dnsaddr.swarm.example": [
        `dnsaddr=/dns4/node.example/tcp/1/p2p/${ID}`,
        `dnsaddr=/ip4/192.0.2.7/tcp/1/p2p/${OTHER}`,
      ],
    },
    hosts: { "node.example": ["192.0.2.1"] },
  });
  assert.equal(finding.status, "ok");
  assert.deepEqual(value?.map((each) => each.multiaddr), [`/ip4/192.0.2.1/tcp/1/p2p/${ID}`]);
});

Deno.test("resolveAddress fails for a dnsaddr that does not resolve", async () => {
  const { finding } = await resolve("/dnsaddr/nowhere.example");
  assert.equal(finding.code, "name_not_resolved");
  assert.match(finding.message, /_dnsaddr\.nowhere\.example/);
});

Deno.test("resolveAddress fails for a dnsaddr that knows nothing of the peer", async () => {
  const txt = { "_dnsaddr.swarm.example": [`dnsaddr=/ip4/192.0.2.7/tcp/1/p2p/${OTHER}`] };
  const { finding } = await resolve(`/dnsaddr/swarm.example/p2p/${ID}`, { txt });
  assert.equal(finding.code, "name_has_no_address");
  assert.match(finding.message, new RegExp(ID));
});

Deno.test("resolveAddress fails for a dnsaddr whose names do not resolve", async () => {
  const txt = { "_dnsaddr.swarm.example": [`dnsaddr=/dns4/gone.example/tcp/1/p2p/${ID}`] };
  const { finding } = await resolve("/dnsaddr/swarm.example", { txt });
  assert.equal(finding.code, "name_not_resolved");
});

for (const multiaddr of [`/ip4/192.0.2.1/udp/1/quic-v1/p2p/${ID}`, `/p2p/${ID}`]) {
  Deno.test(`resolveAddress cannot use ${multiaddr}`, async () => {
    const { finding, value } = await resolve(multiaddr);
    assert.equal(value, undefined);
    assert.equal(finding.code, "address_not_dialable");
  });
}
