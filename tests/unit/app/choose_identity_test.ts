import assert from "node:assert/strict";
import { chooseIdentity } from "../../../src/app/choose_identity.ts";
import { createConfig } from "../../../src/config/mod.ts";
import { loadOrCreateIdentity } from "../../../src/network/libp2p/mod.ts";
import { writeAnnounceFile } from "../../../src/network/announce.ts";
import { withDirectory } from "../network/with_directory.ts";

const OTHER = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust";

function withNode(
  body: (node: {
    readonly directory: string;
    readonly choose: (multiaddr: string) => Promise<string | undefined>;
    readonly announceFile: string;
  }) => Promise<void>,
): Promise<void> {
  return withDirectory(async (directory) => {
    const announceFile = `${directory}/cache/node/announce.json`;
    const config = createConfig({ dataDir: directory, p2p: { announceFile } });
    const choose = async (multiaddr: string) => {
      const { path, isOwner } = await chooseIdentity(config, multiaddr);
      assert.equal(isOwner, path?.endsWith("/worker/identity.key") === true);
      return path?.slice(directory.length);
    };
    await body({ directory, choose, announceFile });
  });
}

Deno.test("chooseIdentity takes the owner's to the own node, and the node's to others", () =>
  withNode(async ({ directory, choose }) => {
    const { peerId } = await loadOrCreateIdentity(`${directory}/identity.key`);
    assert.equal(await choose(`/ip4/10.0.0.1/tcp/1/p2p/${peerId}`), "/worker/identity.key");
    assert.equal(await choose(`/ip4/127.0.0.1/tcp/1/p2p/${OTHER}`), "/identity.key");
    const relayed = `/ip4/10.0.0.1/tcp/1/p2p/${peerId}/p2p-circuit/p2p/${OTHER}`;
    assert.equal(await choose(relayed), "/identity.key", "the own node is only the relay");
  }));

Deno.test("chooseIdentity knows the own node by its announcement, if an address does not name it", () =>
  withNode(async ({ directory, choose, announceFile }) => {
    const { peerId } = await loadOrCreateIdentity(`${directory}/identity.key`);
    assert.equal(await choose("/ip4/127.0.0.1/tcp/9710"), "/identity.key");
    const multiaddr = `/ip4/192.168.1.5/tcp/9710/p2p/${peerId}`;
    await writeAnnounceFile(announceFile, { peerId, multiaddr });
    assert.equal(await choose("/ip4/127.0.0.1/tcp/9710"), "/worker/identity.key");
    assert.equal(await choose("/ip4/192.168.1.5/tcp/9710"), "/worker/identity.key");
    assert.equal(await choose("/ip4/127.0.0.1/tcp/97"), "/identity.key");
    assert.equal(await choose("/ip4/192.168.1.6/tcp/9710"), "/identity.key");
  }));

Deno.test("chooseIdentity is nobody in particular where no node has run", () =>
  withNode(async ({ choose }) => {
    assert.equal(await choose(`/ip4/127.0.0.1/tcp/1/p2p/${OTHER}`), undefined);
  }));
