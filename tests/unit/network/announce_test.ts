import assert from "node:assert/strict";
import {
  chooseAnnouncedMultiaddr,
  removeAnnounceFile,
  writeAnnounceFile,
} from "../../../src/network/announce.ts";
import { AnnounceFileError } from "../../../src/network/mod.ts";
import { withDirectory } from "./with_directory.ts";

const PEER = "12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";
const announcement = { peerId: PEER, multiaddr: `/ip4/192.0.2.1/tcp/9710/p2p/${PEER}` };

Deno.test("writeAnnounceFile writes what clients look for, and nothing beside it", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/cache/mcpp/announce.json`;
    await writeAnnounceFile(path, { ...announcement, multiaddr: "/ip4/192.0.2.9/tcp/1" });
    await writeAnnounceFile(path, announcement);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), {
      "peer_id": PEER,
      "multiaddr": announcement.multiaddr,
      "pid": Deno.pid,
    });
    const entries = await Array.fromAsync(Deno.readDir(`${directory}/cache/mcpp`));
    assert.deepEqual(entries.map(({ name }) => name), ["announce.json"]);
  }));

Deno.test("writeAnnounceFile names the file if it cannot be written", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/file`, "");
    const path = `${directory}/file/announce.json`;
    await assert.rejects(writeAnnounceFile(path, announcement), (error) => {
      assert.ok(error instanceof AnnounceFileError);
      assert.ok(error.message.includes(path));
      return true;
    });
  }));

Deno.test("removeAnnounceFile removes our file and no other one", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    assert.equal(await removeAnnounceFile(path, announcement), false);
    const ours = { "peer_id": PEER, "multiaddr": announcement.multiaddr, "pid": Deno.pid };
    const others = [
      { ...ours, "peer_id": "12D3Other" },
      { ...ours, "pid": Deno.pid + 1 },
      [],
      null,
    ];
    for (const other of others) {
      await Deno.writeTextFile(path, JSON.stringify(other));
      assert.equal(await removeAnnounceFile(path, announcement), false);
      assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), other);
    }
    await Deno.writeTextFile(path, "{ not json");
    assert.equal(await removeAnnounceFile(path, announcement), false);
    await writeAnnounceFile(path, announcement);
    assert.equal(await removeAnnounceFile(path, announcement), true);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("removeAnnounceFile names the file if it cannot be read", () =>
  withDirectory(async (directory) => {
    await assert.rejects(removeAnnounceFile(directory, announcement), AnnounceFileError);
  }));

Deno.test("chooseAnnouncedMultiaddr takes an address at a relay only if there is no other", () => {
  const relayed = "/ip4/192.0.2.1/tcp/1/p2p/relay/p2p-circuit/p2p/alice";
  const own = "/ip4/127.0.0.1/tcp/2/p2p/alice";
  assert.equal(chooseAnnouncedMultiaddr([relayed, own]), own);
  const publicIp = "198.51.100.1";
  assert.equal(chooseAnnouncedMultiaddr([relayed], { publicIp }), relayed);
});

Deno.test("chooseAnnouncedMultiaddr prefers what other hosts can dial", () => {
  const loopback = `/ip4/127.0.0.1/tcp/9710/p2p/${PEER}`;
  const linkLocal = `/ip4/169.254.3.4/tcp/9710/p2p/${PEER}`;
  const lan = `/ip4/192.168.1.7/tcp/9710/p2p/${PEER}`;
  const six = `/ip6/2001:db8::1/tcp/9711/p2p/${PEER}`;
  const table: [string[], string | undefined, string | undefined][] = [
    [[], undefined, undefined],
    [[loopback], undefined, loopback],
    [[loopback, linkLocal, lan, six], undefined, lan],
    [[linkLocal, loopback], undefined, loopback],
    [[six], undefined, six],
    [[loopback], "203.0.113.9", `/ip4/203.0.113.9/tcp/9710/p2p/${PEER}`],
    [[six, lan], "2001:db8::9", `/ip6/2001:db8::9/tcp/9710/p2p/${PEER}`],
    [[], "203.0.113.9", undefined],
  ];
  for (const [multiaddrs, publicIp, expected] of table) {
    assert.equal(chooseAnnouncedMultiaddr(multiaddrs, { publicIp }), expected);
  }
});
