import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import {
  type AnnounceFileOptions,
  createAnnounceFile,
  listAnnounceLocations,
} from "../../../../src/network/mod.ts";
import type {
  DiscoverableSelf,
  DiscoveryContext,
  FoundPeer,
} from "../../../../src/network/discovery/discovery_method.ts";
import { withDirectory } from "../with_directory.ts";
import { createPeerId } from "./create_peer_id.ts";
import {
  type FixturePeer,
  type MethodFixture,
  SELF_PEER_ID,
  testDiscoveryMethod,
} from "./method_suite.ts";

const START_MS = 1_700_000_000_000;
/** No process has this id: Linux ends at 4194304. */
const DEAD_PID = 99_999_999;
const FILES = ["one.json", "two.json", "three.json"];

testDiscoveryMethod("createAnnounceFile", { open: openFixture, isAnnouncing: true });

async function openFixture(): Promise<MethodFixture> {
  const directory = await Deno.makeTempDir({ prefix: "mcpp-test-" });
  const own = `${directory}/own.json`;
  const paths = FILES.map((name) => `${directory}/${name}`);
  const clock = new FakeClock(START_MS);
  const places = new Map<string, string>();
  const write = (index: number, content: unknown): Promise<void> =>
    Deno.writeTextFile(paths[index] ?? "", JSON.stringify(content));
  return {
    method: createAnnounceFile({ path: own, readPaths: paths }),
    clock,
    step: () => clock.advance(10),
    appear: async (peer: FixturePeer) => {
      // The last place is where the malformed one is.
      const path = paths[places.size] ?? assert.fail("No place is left");
      places.set(peer.peerId, path);
      await Deno.writeTextFile(path, JSON.stringify(toContent(peer)));
    },
    disappear: (peerId) => Deno.remove(places.get(peerId) ?? ""),
    breakDown: async () => {
      await Deno.remove(own).catch(() => {});
      await Deno.mkdir(own);
    },
    repair: () => Deno.remove(own),
    stall: () => Promise.resolve(),
    addMalformed: async () => {
      await write(1, { "peer_id": 7, multiaddr: "/ip4/10.0.0.1/tcp/1/p2p/x" });
      await Deno.writeTextFile(paths[2] ?? "", "{ not json");
    },
    flood: async () => {
      const multiaddrs = Array.from({ length: 500 }, (_, port) => `/ip4/10.0.0.1/tcp/${port}`);
      for (const index of FILES.keys()) {
        const peerId = createPeerId(100 + index);
        const [multiaddr = ""] = multiaddrs;
        await write(index, { ...toContent({ peerId, multiaddrs: [multiaddr] }), multiaddrs });
      }
    },
    maxPeersPerRound: FILES.length,
    announcedPeerIds: async () => {
      const text = await Deno.readTextFile(own).catch(() => undefined);
      return text === undefined ? [] : [JSON.parse(text)["peer_id"]];
    },
    leftovers: async () => {
      const entries = await Array.fromAsync(Deno.readDir(directory));
      return entries.map(({ name }) => name).filter((name) => !FILES.includes(name));
    },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

function toContent({ peerId, multiaddrs }: FixturePeer): Record<string, unknown> {
  const all = multiaddrs.map((each) => each.includes("/p2p/") ? each : `${each}/p2p/${peerId}`);
  return { "peer_id": peerId, multiaddr: all[0], multiaddrs: all, "pid": Deno.pid };
}

const PEER = createPeerId(7);
const PEER_ADDRESS = `/ip4/192.168.1.7/tcp/9710/p2p/${PEER}`;

interface Round {
  readonly found: FoundPeer[];
  readonly clock: FakeClock;
  start(): Promise<AsyncDisposable>;
  look(): Promise<void>;
}

function createRound(options: AnnounceFileOptions, self: Partial<DiscoverableSelf> = {}): Round {
  const clock = new FakeClock(START_MS);
  const method = createAnnounceFile(options);
  const found: FoundPeer[] = [];
  const multiaddrs = () => [
    `/ip4/127.0.0.1/tcp/9710/p2p/${SELF_PEER_ID}`,
    `/ip4/192.168.1.1/tcp/9710/p2p/${SELF_PEER_ID}`,
  ];
  const context: DiscoveryContext = {
    self: { peerId: SELF_PEER_ID, multiaddrs, ...self },
    found: (peer) => found.push(peer),
    lost: () => {},
    clock,
    logger: undefined,
  };
  const { signal } = new AbortController();
  return {
    found,
    clock,
    start: () => method.start?.(context, signal) ?? assert.fail("It does not start"),
    look: () => method.look(context, signal),
  };
}

const writeJson = (path: string, content: unknown): Promise<void> =>
  Deno.writeTextFile(path, JSON.stringify(content));

Deno.test("createAnnounceFile reads what a Python node has written", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/task_p2p_announce.json`;
    await writeJson(path, { "peer_id": PEER, multiaddr: PEER_ADDRESS });
    await Deno.utime(path, 1_600_000_000, 1_600_000_000);
    const { found, look } = createRound({ readPaths: [`${directory}/none.json`, path] });
    await look();
    const multiaddrs = [PEER_ADDRESS];
    assert.deepEqual(found, [{ peerId: PEER, multiaddrs, lastSeenMs: 1_600_000_000_000 }]);
  }));

Deno.test("createAnnounceFile reads the newest file first", () =>
  withDirectory(async (directory) => {
    const readPaths = ["a", "b", "c"].map((name) => `${directory}/${name}.json`);
    for (const [index, path] of readPaths.entries()) {
      const multiaddr = `/ip4/10.0.0.${index}/tcp/1/p2p/${PEER}`;
      await writeJson(path, { "peer_id": PEER, multiaddr });
      const writtenS = [1_600_000_001, 1_600_000_003, 1_600_000_002][index] ?? 0;
      await Deno.utime(path, writtenS, writtenS);
    }
    const { found, look } = createRound({ readPaths });
    await look();
    const hosts = found.map(({ multiaddrs }) => multiaddrs[0]?.split("/")[2]);
    assert.deepEqual(hosts, ["10.0.0.1", "10.0.0.2", "10.0.0.0"]);
  }));

Deno.test("createAnnounceFile ignores what has expired, and whose process is dead", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    const content = { "peer_id": PEER, multiaddr: PEER_ADDRESS };
    const table: [Record<string, unknown>, boolean][] = [
      [{ "expires_at": START_MS / 1000 - 1 }, false],
      [{ "expires_at": START_MS / 1000 + 1 }, true],
      [{ "pid": DEAD_PID }, false],
      [{ "pid": Deno.pid }, true],
      [{ "pid": -1 }, true],
      [{ "pid": "init" }, true],
    ];
    for (const [more, isFound] of table) {
      await writeJson(path, { ...content, ...more });
      const { found, look } = createRound({ readPaths: [path] });
      await look();
      assert.equal(found.length, isFound ? 1 : 0, JSON.stringify(more));
    }
  }));

Deno.test("createAnnounceFile finds peers beside a place that cannot be read", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    await writeJson(path, { "peer_id": PEER, multiaddr: PEER_ADDRESS });
    const { found, look } = createRound({ readPaths: [directory, path] });
    await assert.rejects(look(), { code: "announce_file_failed" });
    assert.equal(found.length, 1);
  }));

Deno.test("createAnnounceFile says where this node is in the form that Python reads", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/cache/announce.json`;
    const { start } = createRound({ path, publicIp: "203.0.113.9" });
    await using _started = await start();
    const multiaddr = `/ip4/203.0.113.9/tcp/9710/p2p/${SELF_PEER_ID}`;
    assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), {
      "peer_id": SELF_PEER_ID,
      multiaddr,
      "pid": Deno.pid,
      "expires_at": START_MS / 1000 + 180,
      "multiaddrs": [
        multiaddr,
        `/ip4/127.0.0.1/tcp/9710/p2p/${SELF_PEER_ID}`,
        `/ip4/192.168.1.1/tcp/9710/p2p/${SELF_PEER_ID}`,
      ],
    });
  }));

Deno.test("createAnnounceFile renews its file in time, and not more often", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    const { clock, start, look } = createRound({ path });
    await using _started = await start();
    const expiries: number[] = [];
    for (let round = 0; round < 13; round++) {
      await clock.advance(10_000);
      await look();
      const { "expires_at": expiresAt } = JSON.parse(await Deno.readTextFile(path));
      expiries.push(expiresAt - START_MS / 1000 - 180);
    }
    assert.deepEqual(new Set(expiries), new Set([0, 60, 120]));
  }));

Deno.test("createAnnounceFile says anew where this node is when that has changed", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    const addresses = [`/ip4/10.0.0.1/tcp/1/p2p/${SELF_PEER_ID}`];
    const { start, look } = createRound({ path }, { multiaddrs: () => addresses });
    await using _started = await start();
    addresses[0] = `/ip4/10.0.0.2/tcp/1/p2p/${SELF_PEER_ID}`;
    await look();
    assert.equal(JSON.parse(await Deno.readTextFile(path)).multiaddr, addresses[0]);
    addresses.push(`/ip4/10.0.0.9/tcp/1/p2p/relay/p2p-circuit/p2p/${SELF_PEER_ID}`);
    await look();
    assert.deepEqual(JSON.parse(await Deno.readTextFile(path)).multiaddrs, addresses);
    addresses.length = 0;
    await look();
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("createAnnounceFile takes a shared file when it starts, and again when it is free", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/announce.json`;
    const other = { "peer_id": PEER, multiaddr: PEER_ADDRESS, "pid": Deno.pid };
    const holder = async (): Promise<string> =>
      JSON.parse(await Deno.readTextFile(path))["peer_id"];
    await writeJson(path, other);
    const { found, start, look } = createRound({ path });
    const started = await start();
    assert.equal(await holder(), SELF_PEER_ID);
    await writeJson(path, other);
    await look();
    assert.equal(await holder(), PEER);
    assert.equal(found.length, 1);
    await writeJson(path, { ...other, "pid": DEAD_PID });
    await look();
    assert.equal(await holder(), SELF_PEER_ID);
    await writeJson(path, other);
    await started[Symbol.asyncDispose]();
    assert.equal(await holder(), PEER);
  }));

Deno.test("listAnnounceLocations knows where Python nodes look", () => {
  const locations = listAnnounceLocations({ cacheDirectory: "/h/.cache", workingDirectory: "/w" });
  assert.deepEqual(locations, [
    "/w/state/task_p2p_announce.json",
    "/w/state/task_p2p_announce_mcp.json",
    "/h/.cache/ipfs_accelerate_py/task_p2p_announce.json",
    "/h/.cache/ipfs_datasets_py/task_p2p_announce.json",
    "/var/cache/ipfs-accelerate/task_p2p_announce.json",
  ]);
  assert.deepEqual(listAnnounceLocations(), [
    "state/task_p2p_announce.json",
    "state/task_p2p_announce_mcp.json",
    "/var/cache/ipfs-accelerate/task_p2p_announce.json",
  ]);
});
