import assert from "node:assert/strict";
import { type Clock, FakeClock } from "../../../../src/concurrency/mod.ts";
import type {
  DiscoverableSelf,
  DiscoveryContext,
  DiscoveryMethod,
  FoundPeer,
} from "../../../../src/network/discovery/discovery_method.ts";
import { createPeerId } from "./create_peer_id.ts";

/** The world in which a method looks. A new one is opened for each requirement. */
export interface MethodFixture extends AsyncDisposable {
  readonly method: DiscoveryMethod;
  /** Whose time the method lives by. With a fake one, timers that are left behind are noticed. */
  readonly clock: Clock;
  /** Let what is under way happen: advance the fake clock a little, or wait for some milliseconds. */
  step(): Promise<void>;
  /** From now on this peer can be found. */
  appear(peer: FixturePeer): Promise<void>;
  /** From now on it cannot; whether it says goodbye is up to the method. */
  disappear(peerId: string): Promise<void>;
  /** Make the method's means fail: no socket, no directory, an error from the server. */
  breakDown(): Promise<void>;
  /** Make them work again. */
  repair(): Promise<void>;
  /** Make them hang: nothing is answered any more. Does nothing where that cannot happen. */
  stall(): Promise<void>;
  /** Put everything hostile that there is where the method looks. */
  addMalformed(): Promise<void>;
  /** Make more peers, and more addresses of a peer, appear than the method is to report. */
  flood(): Promise<void>;
  /** The most peers that the method may report in one round. */
  readonly maxPeersPerRound: number;
  /** For a method whose records hold fewer addresses than a peer has. @default {Infinity} */
  readonly maxAddressesPerPeer?: number | undefined;
  /** The ids that others find by this method at this moment. */
  announcedPeerIds(): Promise<readonly string[]>;
  /** What is still there after the method was stopped: open sockets, files of ours. To be empty. */
  leftovers(): Promise<readonly string[]>;
}

/** A peer that the fixture makes appear. */
export interface FixturePeer {
  readonly peerId: string;
  /** Each ending in `/p2p/<peerId>`. */
  readonly multiaddrs: readonly string[];
}

/** What is tested, and how. */
export interface MethodSuiteOptions {
  /** Open a world with no peer in it. The method is created for `self`, and not started. */
  readonly open: (self: DiscoverableSelf) => Promise<MethodFixture>;
  /** Whether the method also makes this node known. */
  readonly isAnnouncing: boolean;
  /** What the method's tests need from the runner. */
  readonly test?: Partial<Deno.TestDefinition>;
}

/** The node that looks. */
export const SELF_PEER_ID = createPeerId(1);
const SELF_ADDRESS = `/ip4/192.168.1.1/tcp/9710/p2p/${SELF_PEER_ID}`;
const ALICE = createPeer(2);
const BOB = createPeer(3);
/** No address of a node is longer, and no id. */
const MAX_TEXT_LENGTH = 1024;
/** A peer has a handful; a liar could claim any number. */
const MAX_ADDRESSES = 64;
const MAX_STEPS = 2_000;
/** Files and sockets are slow on a busy machine, however many steps a fake clock takes. */
const MIN_WAIT_MS = 10_000;
const MAX_ROUNDS = 5;

/**
 * Run every requirement of the `DiscoveryMethod` contract against a method.
 *
 * @param name The symbol under test, with which the titles begin.
 * @param options How its world is opened.
 */
export function testDiscoveryMethod(name: string, options: MethodSuiteOptions): void {
  const all = { ...requirements, ...(options.isAnnouncing ? announcing : {}) };
  for (const [title, run] of Object.entries(all)) {
    Deno.test({
      ...options.test,
      name: `${name} ${title}`,
      fn: async () => {
        const self = { peerId: SELF_PEER_ID, multiaddrs: () => [SELF_ADDRESS] };
        await using fixture = await options.open(self);
        await using world = new World(fixture, self);
        await run(world, fixture, options);
      },
    });
  }
}

type Requirement = (
  world: World,
  fixture: MethodFixture,
  options: MethodSuiteOptions,
) => Promise<void>;

const requirements: Readonly<Record<string, Requirement>> = {
  "has a name, a pace and a budget": (_world, { method }) => {
    assert.match(method.name, /^[a-z][a-z0-9-]{0,31}$/);
    assert.ok(method.intervalMs >= 1_000, "it looks more than once a second");
    assert.ok(method.budgetMs > 0 && method.budgetMs <= 60_000, "it may take for ever");
    return Promise.resolve();
  },

  "finds a peer that was there before": async (world, fixture) => {
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
  },

  "finds a peer that comes later, beside the first one": async (world, fixture) => {
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
    await fixture.appear(BOB);
    await world.untilFound(BOB);
    world.forget();
    await world.untilFound(ALICE);
    await world.untilFound(BOB);
  },

  "does not go on finding a peer that has gone": async (world, fixture) => {
    await fixture.appear(ALICE);
    await fixture.appear(BOB);
    await world.start();
    await world.untilFound(ALICE);
    await fixture.disappear(ALICE.peerId);
    await world.steps(20);
    world.forget();
    await world.look();
    await world.untilFound(BOB);
    assert.ok(!world.has(ALICE), "it finds a peer that is not there");
  },

  "finds nobody where nobody is, and never this node": async (world) => {
    await world.start();
    for (let round = 0; round < 2; round++) await world.look();
    assert.deepEqual(world.foundIds(), []);
  },

  "ends a round when its signal aborts": async (world, fixture) => {
    await world.start();
    await world.look();
    await fixture.stall();
    const controller = new AbortController();
    const looking = world.look(controller.signal).then(() => "ended", (error: unknown) => error);
    await world.steps(3);
    controller.abort(new Error("No longer needed"));
    await world.drive(looking);
    const aborted = AbortSignal.abort(new Error("No longer needed"));
    await world.drive(world.look(aborted).catch(() => {}));
  },

  "leaves nothing behind when it is stopped": async (world, fixture) => {
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
    await world.stop();
    world.forget();
    await fixture.appear(BOB);
    await world.steps(50);
    assert.deepEqual(world.foundIds(), [], "it still looks");
    assert.deepEqual(await fixture.leftovers(), []);
    if (fixture.clock instanceof FakeClock) assert.equal(fixture.clock.pendingTimers, 0);
  },

  "leaves nothing behind when it is stopped during a round": async (world, fixture) => {
    await world.start();
    await fixture.stall();
    const controller = new AbortController();
    const looking = world.look(controller.signal).catch(() => {});
    await world.steps(1);
    controller.abort(new Error("The node stops"));
    await world.drive(looking);
    await world.stop();
    assert.deepEqual(await fixture.leftovers(), []);
    if (fixture.clock instanceof FakeClock) assert.equal(fixture.clock.pendingTimers, 0);
  },

  "says what is wrong when it cannot begin, and begins later": async (world, fixture) => {
    await fixture.breakDown();
    await assert.rejects(world.startAndLook(), isExplained);
    await fixture.repair();
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
  },

  "says what is wrong when a round fails, and goes on later": async (world, fixture) => {
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
    await fixture.breakDown();
    await assert.rejects(world.look(), isExplained);
    await fixture.repair();
    world.forget();
    await world.untilFound(ALICE);
  },

  "drops what is malformed, and finds the peer beside it": async (world, fixture) => {
    await fixture.addMalformed();
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
    assert.deepEqual(world.foundIds(), [ALICE.peerId]);
  },

  "reports a limited number of peers": async (world, fixture) => {
    await fixture.flood();
    await world.start();
    await world.look();
    const { length } = world.foundIds();
    assert.ok(length > 0, "it finds nobody");
    assert.ok(length <= fixture.maxPeersPerRound, `it reports ${length} peers`);
  },
};

const announcing: Readonly<Record<string, Requirement>> = {
  "makes this node known, and takes that back when it is stopped": async (world, fixture) => {
    await world.start();
    await world.untilAnnounced();
    await world.look();
    assert.ok(!world.foundIds().includes(SELF_PEER_ID), "it takes this node for a peer");
    await world.stop();
    await world.steps(5);
    assert.deepEqual(await fixture.announcedPeerIds(), []);
  },

  "does not announce a node that only looks": async (_world, _fixture, { open }) => {
    const self = { peerId: SELF_PEER_ID, multiaddrs: () => [] };
    await using fixture = await open(self);
    await using world = new World(fixture, self);
    await fixture.appear(ALICE);
    await world.start();
    await world.untilFound(ALICE);
    const others = new Set([ALICE.peerId]);
    const announced = await fixture.announcedPeerIds();
    assert.deepEqual(announced.filter((peerId) => !others.has(peerId)), []);
  },

  "announces a node that becomes reachable later": async (_world, _fixture, { open }) => {
    const addresses: string[] = [];
    const self = { peerId: SELF_PEER_ID, multiaddrs: () => addresses };
    await using fixture = await open(self);
    await using world = new World(fixture, self);
    await world.start();
    await world.look();
    assert.deepEqual(await fixture.announcedPeerIds(), []);
    addresses.push(SELF_ADDRESS);
    await world.untilAnnounced();
  },
};

/** A method at work, as the conductor of all methods would run it. */
class World implements AsyncDisposable {
  readonly #fixture: MethodFixture;
  readonly #context: DiscoveryContext;
  readonly #found = new Map<string, FoundPeer>();
  #started: AsyncDisposable | undefined;
  #isLooking = false;

  constructor(fixture: MethodFixture, self: DiscoverableSelf) {
    this.#fixture = fixture;
    this.#context = {
      self,
      found: (peer) => this.#note(peer),
      lost: (peerId) => void this.#found.delete(peerId),
      clock: fixture.clock,
      logger: undefined,
    };
  }

  async start(): Promise<void> {
    assert.equal(this.#started, undefined);
    this.#started = await this.drive(
      Promise.try(() => this.#fixture.method.start?.(this.#context, new AbortController().signal)),
    );
  }

  /** A method may find out in its first round only that nothing works. */
  async startAndLook(): Promise<void> {
    try {
      await this.start();
      await this.look();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async look(signal: AbortSignal = new AbortController().signal): Promise<void> {
    assert.ok(!this.#isLooking, "One round at a time");
    this.#isLooking = true;
    try {
      await this.drive(Promise.try(() => this.#fixture.method.look(this.#context, signal)));
    } finally {
      this.#isLooking = false;
    }
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    if (started !== undefined) {
      await this.drive(Promise.try(() => started[Symbol.asyncDispose]()));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Rounds until a peer was found with all its addresses. */
  async untilFound(peer: FixturePeer): Promise<void> {
    await this.#rounds(() => Promise.resolve(this.has(peer)), `"${peer.peerId}" is not found`);
    const { maxAddressesPerPeer = Infinity } = this.#fixture;
    const expected = new Set(peer.multiaddrs.map(withoutPeer));
    const found = new Set(this.#found.get(peer.peerId)?.multiaddrs.map(withoutPeer));
    assert.ok(found.isSubsetOf(expected), `Not its addresses: ${[...found].join(" ")}`);
    assert.equal(found.size, Math.min(expected.size, maxAddressesPerPeer));
  }

  async untilAnnounced(): Promise<void> {
    await this.#rounds(
      async () => (await this.#fixture.announcedPeerIds()).includes(SELF_PEER_ID),
      "This node is not announced",
    );
  }

  has(peer: FixturePeer): boolean {
    return this.#found.has(peer.peerId);
  }

  foundIds(): readonly string[] {
    return [...this.#found.keys()];
  }

  forget(): void {
    this.#found.clear();
  }

  async steps(count: number): Promise<void> {
    for (let step = 0; step < count; step++) await this.#fixture.step();
  }

  /** Let the world go on until a promise is settled. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await Promise.resolve();
    const startedMs = performance.now();
    for (let step = 0; !isSettled; step++) {
      const isPatient = step < MAX_STEPS || performance.now() - startedMs < MIN_WAIT_MS;
      assert.ok(isPatient, "It does not end");
      await this.#fixture.step();
    }
    return await promise;
  }

  async #rounds(isDone: () => Promise<boolean>, complaint: string): Promise<void> {
    for (let round = 0; !(await isDone()); round++) {
      assert.ok(round < MAX_ROUNDS, `${complaint} in ${MAX_ROUNDS} rounds`);
      await this.look();
      for (let step = 0; step < 20 && !(await isDone()); step++) await this.#fixture.step();
    }
  }

  #note(peer: FoundPeer): void {
    assert.match(peer.peerId, /^[1-9A-HJ-NP-Za-km-z]{32,128}$/);
    assert.ok(peer.ttlMs === undefined || peer.ttlMs > 0 && Number.isFinite(peer.ttlMs));
    assert.ok(peer.multiaddrs.length <= MAX_ADDRESSES, `${peer.multiaddrs.length} addresses`);
    for (const multiaddr of peer.multiaddrs) {
      assert.ok(multiaddr.startsWith("/") && multiaddr.length <= MAX_TEXT_LENGTH, multiaddr);
    }
    this.#found.set(peer.peerId, peer);
  }
}

function createPeer(seed: number): FixturePeer {
  const peerId = createPeerId(seed);
  const hosts = [`192.168.1.${seed}`, `10.0.0.${seed}`];
  return { peerId, multiaddrs: hosts.map((host) => `/ip4/${host}/tcp/9710/p2p/${peerId}`) };
}

/** Whether a method says to whom an address leads is up to it. */
function withoutPeer(multiaddr: string): string {
  return multiaddr.replace(/\/p2p\/[^/]+$/, "");
}

/** For a health line an error must say something. */
function isExplained(error: unknown): boolean {
  assert.ok(error instanceof Error, "It throws what is no error");
  assert.notEqual(error.name, "AssertionError", error.message);
  assert.ok(error.message.length > 0);
  return true;
}
