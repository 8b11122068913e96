import assert from "node:assert/strict";
import {
  findLinks,
  type InterfaceAddress,
  isInSubnet,
  toLinks,
} from "../../../../../src/network/discovery/mdns/link.ts";

const LOOPBACK: InterfaceAddress = {
  ...{ name: "lo", family: "IPv4" },
  ...{ address: "127.0.0.1", netmask: "255.0.0.0" },
};
const CABLE: InterfaceAddress = {
  ...{ name: "eth0", family: "IPv4" },
  ...{ address: "192.168.1.7", netmask: "255.255.255.0" },
};
const SECOND: InterfaceAddress = {
  ...{ name: "eth0", family: "IPv4" },
  ...{ address: "10.1.2.3", netmask: "255.255.0.0" },
};
const RADIO: InterfaceAddress = {
  ...{ name: "wlan0", family: "IPv4" },
  ...{ address: "172.16.0.9", netmask: "255.240.0.0" },
};
/** IPv6 as every interface has it, whether there is such a network or not. */
const LINK_LOCAL: InterfaceAddress = ipv6("eth0", "fe80::1");
const ALL = [LOOPBACK, CABLE, SECOND, RADIO, LINK_LOCAL];

function ipv6(name: string, address: string): InterfaceAddress {
  return { name, family: "IPv6", address, netmask: "ffff:ffff:ffff:ffff::" };
}

Deno.test("toLinks makes one link of an interface, whatever addresses it has", () => {
  assert.deepEqual(toLinks(ALL), [
    {
      ...{ name: "lo", family: "IPv4", address: "127.0.0.1", isLoopback: true },
      subnets: [{ address: "127.0.0.1", netmask: "255.0.0.0" }],
    },
    {
      ...{ name: "eth0", family: "IPv4", address: "192.168.1.7", isLoopback: false },
      subnets: [
        { address: "192.168.1.7", netmask: "255.255.255.0" },
        { address: "10.1.2.3", netmask: "255.255.0.0" },
      ],
    },
    {
      ...{ name: "wlan0", family: "IPv4", address: "172.16.0.9", isLoopback: false },
      subnets: [{ address: "172.16.0.9", netmask: "255.240.0.0" }],
    },
  ]);
});

Deno.test("toLinks takes the wanted interfaces, by name or by address", () => {
  const namesOf = (...wanted: string[]) => toLinks(ALL, wanted).map(({ name }) => name);
  assert.deepEqual(namesOf("wlan0", "127.0.0.1"), ["lo", "wlan0"]);
  assert.deepEqual(namesOf("10.1.2.3"), ["eth0"]);
  assert.deepEqual(namesOf("none"), []);
});

Deno.test("toLinks takes a limited number", () => {
  const many = Array.from({ length: 100 }, (_, index) => [
    { ...CABLE, name: `veth${index}` },
    ipv6(`veth${index}`, `fd00::${index}`),
  ]);
  const families = toLinks(many.flat()).map(({ family }) => family);
  assert.deepEqual(families, [...Array(16).fill("IPv4"), ...Array(16).fill("IPv6")]);
});

Deno.test("toLinks makes another link of an interface's IPv6, and sends there from its own address", () => {
  const addresses = [LOOPBACK, CABLE, ipv6("eth0", "fd00::7"), LINK_LOCAL];
  assert.deepEqual(toLinks(addresses)[2], {
    ...{ name: "eth0", family: "IPv6", address: "fe80::1", isLoopback: false },
    subnets: [
      { address: "fd00::7", netmask: "ffff:ffff:ffff:ffff::" },
      { address: "fe80::1", netmask: "ffff:ffff:ffff:ffff::" },
    ],
  });
});

Deno.test("toLinks makes no link of IPv6 where nobody could be dialled, nor of the loopback", () => {
  const loopback = { ...ipv6("lo", "::1"), netmask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
  assert.deepEqual(toLinks([loopback, LINK_LOCAL, ipv6("veth1", "fe80::2")]), []);
});

Deno.test("findLinks gives all links that a link-local sender may be on, and else the one", () => {
  const links = toLinks([
    ...[LOOPBACK, CABLE, ipv6("eth0", "fd00:1::7"), ipv6("eth0", "fe80::1")],
    ...[ipv6("wlan0", "fd00:2::7"), ipv6("wlan0", "fe80::2")],
  ]);
  const namesOf = (source: string) => findLinks(links, source).map(({ name }) => name);
  assert.deepEqual(namesOf("fe80::99"), ["eth0", "wlan0"]);
  assert.deepEqual(namesOf("fd00:2::99"), ["wlan0"]);
  assert.deepEqual(namesOf("fd00:3::99"), []);
  // This host's own.
  assert.deepEqual(namesOf("fe80::2"), ["lo"]);
});

Deno.test("findLinks tells the link by the sender's subnet", () => {
  const links = toLinks(ALL);
  const nameOf = (source: string) => findLinks(links, source)[0]?.name;
  assert.equal(nameOf("192.168.1.200"), "eth0");
  assert.equal(nameOf("10.1.99.1"), "eth0");
  assert.equal(nameOf("172.31.255.255"), "wlan0");
  assert.equal(nameOf("127.0.0.1"), "lo");
});

Deno.test("findLinks takes a sender on this host for one on the loopback", () => {
  const links = toLinks(ALL);
  assert.equal(findLinks(links, "192.168.1.7")[0]?.name, "lo");
  assert.equal(findLinks(toLinks([CABLE]), "192.168.1.7")[0]?.name, "eth0");
});

Deno.test("findLinks knows no link to a sender that is on none", () => {
  const links = toLinks(ALL);
  for (const source of ["8.8.8.8", "192.168.2.1", "172.32.0.1", "fe80::2", "", "x"]) {
    assert.deepEqual(findLinks(links, source), [], source);
  }
});

Deno.test("isInSubnet compares the bits under the mask, the highest too", () => {
  const subnet = { address: "200.1.2.3", netmask: "255.255.255.252" };
  assert.ok(isInSubnet("200.1.2.1", subnet));
  assert.ok(!isInSubnet("200.1.2.4", subnet));
  assert.ok(!isInSubnet("72.1.2.1", subnet));
});

Deno.test("isInSubnet compares addresses of IPv6 however they are written", () => {
  const subnet = { address: "2001:db8:0:1::7", netmask: "ffff:ffff:ffff:ffff::" };
  for (const near of ["2001:DB8::1:0:0:0:1", "2001:db8:0:1::", "2001:db8:0:1::192.0.2.1"]) {
    assert.ok(isInSubnet(near, subnet), near);
  }
  for (const far of ["2001:db8::1", "::", "192.0.2.1", "::ffff:192.0.2.1", "", "fe80::1%eth0"]) {
    assert.ok(!isInSubnet(far, subnet), far);
  }
});
