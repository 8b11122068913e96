import assert from "node:assert/strict";
import {
  findLink,
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
const IPV6: InterfaceAddress = {
  ...{ name: "eth0", family: "IPv6" },
  ...{ address: "fe80::1", netmask: "ffff:ffff:ffff:ffff::" },
};
const ALL = [LOOPBACK, CABLE, SECOND, RADIO, IPV6];

Deno.test("toLinks makes one link of an interface, whatever addresses it has", () => {
  assert.deepEqual(toLinks(ALL), [
    {
      ...{ name: "lo", address: "127.0.0.1", isLoopback: true },
      subnets: [{ address: "127.0.0.1", netmask: "255.0.0.0" }],
    },
    {
      ...{ name: "eth0", address: "192.168.1.7", isLoopback: false },
      subnets: [
        { address: "192.168.1.7", netmask: "255.255.255.0" },
        { address: "10.1.2.3", netmask: "255.255.0.0" },
      ],
    },
    {
      ...{ name: "wlan0", address: "172.16.0.9", isLoopback: false },
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
  const many = Array.from({ length: 100 }, (_, index) => ({ ...CABLE, name: `veth${index}` }));
  assert.equal(toLinks(many).length, 16);
});

Deno.test("findLink tells the link by the sender's subnet", () => {
  const links = toLinks(ALL);
  const nameOf = (source: string) => findLink(links, source)?.name;
  assert.equal(nameOf("192.168.1.200"), "eth0");
  assert.equal(nameOf("10.1.99.1"), "eth0");
  assert.equal(nameOf("172.31.255.255"), "wlan0");
  assert.equal(nameOf("127.0.0.1"), "lo");
});

Deno.test("findLink takes a sender on this host for one on the loopback", () => {
  const links = toLinks(ALL);
  assert.equal(findLink(links, "192.168.1.7")?.name, "lo");
  assert.equal(findLink(toLinks([CABLE]), "192.168.1.7")?.name, "eth0");
});

Deno.test("findLink knows no link to a sender that is on none", () => {
  const links = toLinks(ALL);
  for (const source of ["8.8.8.8", "192.168.2.1", "172.32.0.1", "fe80::2", "", "x"]) {
    assert.equal(findLink(links, source), undefined, source);
  }
});

Deno.test("isInSubnet compares the bits under the mask, the highest too", () => {
  const subnet = { address: "200.1.2.3", netmask: "255.255.255.252" };
  assert.ok(isInSubnet("200.1.2.1", subnet));
  assert.ok(!isInSubnet("200.1.2.4", subnet));
  assert.ok(!isInSubnet("72.1.2.1", subnet));
});
