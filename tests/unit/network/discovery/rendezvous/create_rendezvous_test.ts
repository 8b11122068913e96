import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type {
  DiscoverableSelf,
  DiscoveryContext,
  FoundPeer,
} from "../../../../../src/network/discovery/discovery_method.ts";
import {
  createRendezvous,
  type RendezvousOptions,
} from "../../../../../src/network/discovery/rendezvous/create_rendezvous.ts";
import { RendezvousFailedError } from "../../../../../src/network/discovery/rendezvous/errors.ts";
import { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import type { Network } from "../../../../../src/network/mod.ts";
import { FakeLogger } from "../../fake_logger.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";
import { RunningPoint } from "./running_point.ts";

const NAMESPACE = "team";

/** A node that looks at rendezvous points. */
class Node implements AsyncDisposable {
  readonly found = new Map<string, FoundPeer>();
  readonly lost: string[] = [];
  readonly logger = new FakeLogger();
  multiaddrs: readonly string[];
  readonly #context: DiscoveryContext;
  readonly #method: ReturnType<typeof createRendezvous>;
  readonly #network: Network;
  #started: AsyncDisposable | undefined;

  constructor(world: World, peerId: string, options: Partial<RendezvousOptions> = {}) {
    const records = createFakePeerRecordCodec(peerId);
    this.multiaddrs = [`/ip4/192.0.2.1/tcp/1/p2p/${peerId}`];
    this.#network = world.hub.open({ peerId });
    const points = ["/memory/point/p2p/point"];
    this.#method = createRendezvous({
      network: this.#network,
      points,
      namespace: NAMESPACE,
      records,
      ...options,
    });
    const self: DiscoverableSelf = { peerId, multiaddrs: () => this.multiaddrs };
    this.#context = {
      self,
      found: (peer) => void this.found.set(peer.peerId, peer),
      lost: (lostId) => void this.lost.push(lostId),
      clock: world.clock,
      logger: this.logger,
    };
  }

  async look(): Promise<void> {
    const { signal } = new AbortController();
    this.#started ??= await this.#method.start?.(this.#context, signal);
    this.found.clear();
    await this.#method.look(this.#context, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.[Symbol.asyncDispose]();
    await this.#network[Symbol.asyncDispose]();
  }
}

class World implements AsyncDisposable {
  readonly clock = new FakeClock(1_700_000_000_000);
  readonly hub = new MemoryHub({ clock: this.clock });
  point = new RunningPoint(this.hub, this.clock);

  async restartPoint(): Promise<void> {
    await this.point[Symbol.asyncDispose]();
    this.point = new RunningPoint(this.hub, this.clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.point[Symbol.asyncDispose]();
  }
}

Deno.test("createRendezvous finds the others with their addresses", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob");
  await alice.look();
  await bob.look();
  assert.deepEqual([...bob.found.values()], [{
    peerId: "alice",
    multiaddrs: ["/ip4/192.0.2.1/tcp/1/p2p/alice"],
    ttlMs: 300_000,
  }]);
  await alice.look();
  assert.deepEqual([...alice.found.keys()], ["bob"]);
});

Deno.test("createRendezvous finds nobody of another namespace", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice", { namespace: "another" });
  await using bob = new Node(world, "bob");
  await alice.look();
  await bob.look();
  assert.deepEqual([...bob.found.keys()], []);
});

Deno.test("createRendezvous renews a registration when half of it is over", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob");
  await alice.look();
  for (let hour = 0; hour < 5; hour++) {
    await world.clock.advance(60 * 60 * 1000);
    await alice.look();
    await bob.look();
    assert.ok(bob.found.has("alice"), `after ${hour + 1} hours`);
  }
});

Deno.test("createRendezvous registers once, not in every round", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  for (let round = 0; round < 3; round++) await alice.look();
  assert.deepEqual(world.point.requests, [
    "register",
    "discover",
    "discover",
    "discover",
    "discover",
    "discover",
    "discover",
  ]);
});

Deno.test("createRendezvous registers new addresses at once, and none when there are none", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob");
  await alice.look();
  alice.multiaddrs = ["/ip4/192.0.2.99/tcp/1/p2p/alice"];
  await alice.look();
  await bob.look();
  assert.deepEqual(bob.found.get("alice")?.multiaddrs, alice.multiaddrs);
  alice.multiaddrs = [];
  await alice.look();
  await bob.look();
  assert.equal(bob.found.has("alice"), false);
  assert.deepEqual(bob.lost, ["alice"]);
});

Deno.test("createRendezvous registers again with a point that was started anew", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob");
  await alice.look();
  await world.restartPoint();
  await alice.look();
  await bob.look();
  assert.ok(bob.found.has("alice"));
});

Deno.test("createRendezvous tells of a peer that has gone from all points", async () => {
  await using world = new World();
  await using second = new RunningPoint(world.hub, world.clock, "second");
  const points = ["/memory/point/p2p/point", "/memory/second/p2p/second"];
  await using bob = new Node(world, "bob", { points });
  await using alice = new Node(world, "alice", { points });
  await alice.look();
  await bob.look();
  await world.restartPoint();
  await bob.look();
  assert.ok(bob.found.has("alice"), "the second point lists it");
  assert.deepEqual(bob.lost, []);
  await alice[Symbol.asyncDispose]();
  await bob.look();
  assert.equal(bob.found.has("alice"), false);
  assert.deepEqual(bob.lost, ["alice"]);
  assert.equal(second.requests.at(-1), "discover");
});

Deno.test("createRendezvous takes the newest record when points disagree", async () => {
  await using world = new World();
  await using second = new RunningPoint(world.hub, world.clock, "second");
  // The same peer, later and elsewhere.
  const older = await createFakePeerRecordCodec("carol").seal(["/ip4/192.0.2.1/tcp/1"], 1n);
  const newer = await createFakePeerRecordCodec("carol").seal(["/ip4/192.0.2.2/tcp/1"], 2n);
  await world.point.register("carol", newer, NAMESPACE);
  await second.register("carol", older, NAMESPACE);
  const points = ["/memory/point/p2p/point", "/memory/second/p2p/second"];
  await using bob = new Node(world, "bob", { points });
  for (let round = 0; round < 2; round++) await bob.look();
  assert.deepEqual(bob.found.get("carol")?.multiaddrs, ["/ip4/192.0.2.2/tcp/1/p2p/carol"]);
});

Deno.test("createRendezvous goes on with the other points when one is dead, and says so once", async () => {
  await using world = new World();
  const dead = "/memory/dead/p2p/dead";
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob", { points: [dead, "/memory/point/p2p/point"] });
  await alice.look();
  for (let round = 0; round < 2; round++) await bob.look();
  assert.ok(bob.found.has("alice"));
  const lines = bob.logger.lines.filter(([, text]) => text === "Rendezvous point not usable");
  assert.deepEqual(lines.map(([level, , fields]) => [level, fields["point"]]), [
    ["warn", dead],
    ["debug", dead],
  ]);
});

Deno.test("createRendezvous reports peers before a point that hangs has been given up", async () => {
  await using world = new World();
  await using _hanging = new RunningPoint(world.hub, world.clock, "hanging");
  world.hub.setReachability("hanging", "stalled");
  const points = ["/memory/hanging/p2p/hanging", "/memory/point/p2p/point"];
  await using alice = new Node(world, "alice");
  await using bob = new Node(world, "bob", { points });
  await alice.look();
  const looking = bob.look();
  await world.clock.advance(0);
  assert.ok(bob.found.has("alice"));
  await world.clock.advance(5_000);
  await looking;
  world.hub.setReachability("hanging", "reachable");
});

Deno.test("createRendezvous says what is wrong when no point can be used", async () => {
  await using world = new World();
  await using bob = new Node(world, "bob", { points: ["/memory/dead/p2p/dead"] });
  await assert.rejects(bob.look(), (error) => {
    assert.ok(error instanceof RendezvousFailedError);
    assert.equal(error.code, "rendezvous_failed");
    assert.match(error.message, /points "\/memory\/dead\/p2p\/dead" \(Cannot reach peer as nobody/);
    return true;
  });
});

Deno.test("createRendezvous looks although the point does not list it", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  await alice.look();
  await using bob = new Node(world, "bob", { ttlMs: 60_000 });
  await assert.rejects(bob.look(), /E_INVALID_TTL/);
  assert.ok(bob.found.has("alice"));
});

Deno.test("createRendezvous finds through its own point whoever registers there, and is found", async () => {
  await using world = new World();
  await using alice = new Node(world, "alice");
  const ownPoint = await world.point.started;
  await using host = new Node(world, "host", { points: [], ownPoint });
  await alice.look();
  await host.look();
  assert.deepEqual([...host.found.keys()], ["alice"]);
  await alice.look();
  assert.deepEqual([...alice.found.keys()], ["host"]);
});

Deno.test("createRendezvous does not wait long for a point when it stops", async () => {
  await using world = new World();
  const alice = new Node(world, "alice");
  await alice.look();
  world.hub.setReachability("point", "stalled");
  const stopping = alice[Symbol.asyncDispose]();
  await world.clock.advance(2_000);
  await stopping;
  assert.equal(world.clock.pendingTimers, 0);
  assert.ok(alice.logger.lines.some(([, text]) => text === "Rendezvous point not told of the end"));
});

Deno.test("createRendezvous refuses what is no namespace and no TTL", () => {
  const network = new MemoryHub().open({ peerId: "someone" });
  const records = createFakePeerRecordCodec("someone");
  const create = (options: Partial<RendezvousOptions>) => () =>
    createRendezvous({ network, points: [], namespace: "a", records, ...options });
  for (const namespace of ["", "n".repeat(256)]) assert.throws(create({ namespace }), RangeError);
  for (const ttlMs of [0, NaN, 73 * 60 * 60 * 1000]) assert.throws(create({ ttlMs }), RangeError);
});

Deno.test("createRendezvous lets 50 nodes find each other in two rounds", async () => {
  await using world = new World();
  await using nodes = new AsyncDisposableStack();
  const all = Array.from({ length: 50 }, (_, index) => nodes.use(new Node(world, `node ${index}`)));
  for (let round = 0; round < 2; round++) await Promise.all(all.map((node) => node.look()));
  for (const node of all) assert.equal(node.found.size, 49);
});
