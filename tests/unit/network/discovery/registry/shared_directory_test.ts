import assert from "node:assert/strict";
import { join } from "node:path";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type {
  DiscoverableSelf,
  DiscoveryContext,
  FoundPeer,
} from "../../../../../src/network/discovery/discovery_method.ts";
import {
  decodeEntry,
  encodeEntry,
} from "../../../../../src/network/discovery/registry/registry_entry.ts";
import { createSharedDirectory } from "../../../../../src/network/discovery/registry/shared_directory.ts";
import { withDirectory } from "../../with_directory.ts";
import { createPeerId } from "../create_peer_id.ts";
import {
  type FixturePeer,
  type MethodFixture,
  SELF_PEER_ID,
  testDiscoveryMethod,
} from "../method_suite.ts";
import { malformedEntries } from "./malformed_entries.ts";

const MINUTE_MS = 60_000;
const ALICE = createPeerId(2);

testDiscoveryMethod("createSharedDirectory()", { open: openFixture, isAnnouncing: true });

async function openFixture(): Promise<MethodFixture> {
  const root = await Deno.makeTempDir({ prefix: "mcpp-test-" });
  const directory = join(root, "peers");
  const aside = join(root, "aside");
  const clock = new FakeClock(Date.now());
  await Deno.mkdir(directory);
  return {
    clock,
    method: createSharedDirectory({ directory }),
    maxPeersPerRound: 256,
    async step() {
      await clock.advance(10);
      // The file system keeps its own time.
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
    appear: (peer) => writePeer(directory, peer, clock.now()),
    disappear: (peerId) => Deno.remove(join(directory, `peer_${peerId}.json`)),
    async breakDown() {
      await Deno.rename(directory, aside);
      await Deno.writeTextFile(directory, "not a directory");
    },
    async repair() {
      await Deno.remove(directory);
      await Deno.rename(aside, directory);
    },
    stall: () => Promise.resolve(),
    async addMalformed() {
      for (const [index, text] of malformedEntries().entries()) {
        await Deno.writeTextFile(join(directory, `peer_${index}.json`), text);
      }
      await Deno.writeFile(join(directory, "peer_bytes.json"), new Uint8Array([0xff, 0xfe, 0]));
      await Deno.mkdir(join(directory, "peer_directory.json"));
      await Deno.symlink("/dev/zero", join(directory, "peer_endless.json"));
      await Deno.writeTextFile(join(directory, "notes.txt"), "{}");
      // Longer than any text can be; it takes no space on the disk.
      await Deno.writeTextFile(join(directory, "peer_huge.json"), "");
      await Deno.truncate(join(directory, "peer_huge.json"), 600 * 1024 * 1024);
    },
    async flood() {
      for (let seed = 100; seed < 500; seed++) {
        const peerId = createPeerId(seed);
        const multiaddrs = Array.from(
          { length: 100 },
          (_, index) => `/ip4/192.168.2.${index}/tcp/${seed}/p2p/${peerId}`,
        );
        await writePeer(directory, { peerId, multiaddrs }, clock.now());
      }
    },
    announcedPeerIds: () => listPeerIds(directory),
    leftovers: async () => (await listPeerIds(directory)).filter((id) => id === SELF_PEER_ID),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function writePeer(directory: string, peer: FixturePeer, lastSeenMs: number): Promise<void> {
  const { peerId, multiaddrs } = peer;
  const text = encodeEntry({
    peerId,
    lastSeenMs,
    runnerName: peerId,
    publicIp: "",
    listenPort: 0,
    multiaddr: multiaddrs[0] ?? "",
    metadata: { multiaddrs },
  });
  await Deno.writeTextFile(join(directory, `peer_${peerId}.json`), text);
}

async function listPeerIds(directory: string): Promise<readonly string[]> {
  const peerIds: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    const entry = decodeEntry(await Deno.readTextFile(join(directory, name)));
    if (entry !== undefined) peerIds.push(entry.peerId);
  }
  return peerIds;
}

/** A node that looks into a directory. */
class Node {
  readonly found: FoundPeer[] = [];
  readonly lost: string[] = [];
  readonly context: DiscoveryContext;

  constructor(clock: FakeClock, addresses: readonly string[] = []) {
    const self: DiscoverableSelf = { peerId: SELF_PEER_ID, multiaddrs: () => addresses };
    this.context = {
      self,
      clock,
      logger: undefined,
      found: (peer) => void this.found.push(peer),
      lost: (peerId) => void this.lost.push(peerId),
    };
  }
}

const NEVER = new AbortController().signal;

Deno.test("createSharedDirectory() reads what Python's bootstrap helper has written", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    const lastSeen = new Date(clock.now()).toISOString().slice(0, -1);
    const multiaddr = `/ip4/10.1.2.3/tcp/9100/p2p/${ALICE}`;
    const text =
      `{\n  "peer_id": "${ALICE}",\n  "runner_name": "ci-1",\n  "public_ip": "10.1.2.3",` +
      `\n  "listen_port": 9100,\n  "multiaddr": "${multiaddr}",\n  "last_seen": "${lastSeen}000",` +
      `\n  "metadata": {}\n}`;
    await Deno.writeTextFile(join(directory, "peer_ci-1.json"), text);
    const node = new Node(clock);
    await createSharedDirectory({ directory }).look(node.context, NEVER);
    assert.deepEqual(node.found.map(({ multiaddrs }) => multiaddrs), [[multiaddr]]);
  }));

Deno.test("createSharedDirectory() neither finds nor deletes an entry that is 30 minutes old", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    await writePeer(directory, { peerId: ALICE, multiaddrs: ["/ip4/10.0.0.2/tcp/1"] }, clock.now());
    const node = new Node(clock);
    const method = createSharedDirectory({ directory });
    await clock.advance(29 * MINUTE_MS);
    await method.look(node.context, NEVER);
    assert.deepEqual(node.found.map(({ ttlMs }) => (ttlMs ?? 0) <= MINUTE_MS), [true]);
    await clock.advance(MINUTE_MS);
    await method.look(node.context, NEVER);
    assert.equal(node.found.length, 1);
    assert.deepEqual(node.lost, [ALICE]);
    assert.deepEqual(await listPeerIds(directory), [ALICE]);
  }));

Deno.test("createSharedDirectory() does not believe an entry that it was written tomorrow", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    const tomorrowMs = clock.now() + 24 * 60 * MINUTE_MS;
    await writePeer(directory, { peerId: ALICE, multiaddrs: ["/ip4/10.0.0.2/tcp/1"] }, tomorrowMs);
    const node = new Node(clock);
    await clock.advance(31 * MINUTE_MS);
    await createSharedDirectory({ directory }).look(node.context, NEVER);
    assert.deepEqual(node.found, []);
  }));

Deno.test("createSharedDirectory() says at once that a peer has taken its file away", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    await writePeer(directory, { peerId: ALICE, multiaddrs: ["/ip4/10.0.0.2/tcp/1"] }, clock.now());
    const node = new Node(clock);
    const method = createSharedDirectory({ directory });
    await method.look(node.context, NEVER);
    assert.deepEqual(node.lost, []);
    await Deno.remove(join(directory, `peer_${ALICE}.json`));
    await method.look(node.context, NEVER);
    assert.deepEqual(node.lost, [ALICE]);
  }));

Deno.test("createSharedDirectory() writes its file inside the directory, whatever the runner is called", () =>
  withDirectory(async (root) => {
    const directory = join(root, "peers");
    const node = new Node(new FakeClock(Date.now()), ["/ip4/10.0.0.1/tcp/1"]);
    const runnerName = "../../escape\n/evil";
    await createSharedDirectory({ directory, runnerName }).look(node.context, NEVER);
    const names = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
    assert.deepEqual(names, ["peer_..%2F..%2Fescape%0A%2Fevil.json"]);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(root), ({ name }) => name), ["peers"]);
  }));

Deno.test("createSharedDirectory() writes again when it is time, when something changed, and when its file is gone", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    const addresses = ["/ip4/10.0.0.1/tcp/1"];
    const node = new Node(clock, addresses);
    const method = createSharedDirectory({ directory, runnerName: "me" });
    const path = join(directory, "peer_me.json");
    const look = async (): Promise<ReturnType<typeof decodeEntry>> => {
      await method.look(node.context, NEVER);
      return decodeEntry(await Deno.readTextFile(path));
    };
    const first = await look();
    await clock.advance(MINUTE_MS);
    assert.deepEqual(await look(), first);
    addresses.push("/ip4/10.0.0.1/tcp/2");
    const changed = await look();
    assert.deepEqual(changed?.metadata, { multiaddrs: addresses });
    await Deno.remove(path);
    assert.deepEqual(await look(), changed);
    await clock.advance(5 * MINUTE_MS);
    assert.equal((await look())?.lastSeenMs, clock.now());
  }));

Deno.test("createSharedDirectory() leaves a file of its name to the node that has written it since", () =>
  withDirectory(async (directory) => {
    const clock = new FakeClock(Date.now());
    const node = new Node(clock, ["/ip4/10.0.0.1/tcp/1"]);
    const method = createSharedDirectory({ directory, runnerName: ALICE });
    {
      await using _started = await method.start?.(node.context, NEVER);
      await method.look(node.context, NEVER);
      const peer = { peerId: ALICE, multiaddrs: ["/ip4/10.0.0.2/tcp/1"] };
      await writePeer(directory, peer, clock.now());
    }
    assert.deepEqual(await listPeerIds(directory), [ALICE]);
  }));

Deno.test("createSharedDirectory() finds nobody where there is no directory, and makes none to look", () =>
  withDirectory(async (root) => {
    const directory = join(root, "peers");
    const node = new Node(new FakeClock(Date.now()));
    await createSharedDirectory({ directory }).look(node.context, NEVER);
    assert.deepEqual(node.found, []);
    await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
  }));
