import assert from "node:assert/strict";
import { runTaskGroup, type TaskGroup } from "../../../src/concurrency/mod.ts";
import {
  InvalidMultiaddrError,
  type Network,
  NetworkClosedError,
  type PeerTarget,
  PeerUnknownError,
  PeerUnreachableError,
  ProtocolUnsupportedError,
  type Stream,
  type StreamHandler,
  StreamResetError,
} from "../../../src/network/mod.ts";

/** What the suite needs to know about an adapter. */
export interface NetworkFixture extends AsyncDisposable {
  /** Two nodes that can reach each other by address. */
  readonly alice: Network;
  readonly bob: Network;
  /** An address where nobody listens, with a peer id that exists nowhere. */
  readonly deadMultiaddr: string;
  /** An address where something listens that never answers. */
  readonly stalledMultiaddr: string;
  /** A peer id that no node has. */
  readonly strangerPeerId: string;
}

export interface ConformanceOptions {
  readonly openFixture: () => Promise<NetworkFixture>;
  /** What the adapter's tests need from the runner. */
  readonly test?: Partial<Deno.TestDefinition>;
}

const ECHO = "/test/echo/1.0.0";
const encoder = new TextEncoder();

/** Run every requirement of the `Network` port against an adapter. */
export function testNetwork(name: string, options: ConformanceOptions): void {
  for (const [title, run] of Object.entries(requirements)) {
    Deno.test({
      ...options.test,
      name: `${name} ${title}`,
      fn: async () => {
        await using fixture = await options.openFixture();
        await runTaskGroup(async (group) => {
          await run(fixture, group);
          group.cancel();
        });
      },
    });
  }
}

type Requirement = (fixture: NetworkFixture, group: TaskGroup) => Promise<void>;

const requirements: Readonly<Record<string, Requirement>> = {
  "carries bytes both ways and tells each side who the other one is": async (fixture, group) => {
    const { alice, bob } = fixture;
    const seen: string[] = [];
    await bob.handle(group, ECHO, async (stream, signal) => {
      seen.push(stream.remotePeerId, stream.protocol);
      await echo(stream, signal);
    });
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    assert.equal(stream.remotePeerId, bob.peerId);
    assert.equal(stream.protocol, ECHO);
    await stream.write(encoder.encode("hello"));
    await stream.closeWrite();
    assert.equal(await readText(stream), "hello");
    assert.deepEqual(seen, [alice.peerId, ECHO]);
  },

  "closes one half and keeps the other one": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, async (stream) => {
      const request = await readText(stream);
      // The other side has ended its half, and still listens.
      await stream.write(encoder.encode(`${request}!`));
    });
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    await stream.write(encoder.encode("one "));
    await stream.write(encoder.encode("two"));
    await stream.closeWrite();
    await stream.closeWrite();
    await assert.rejects(stream.write(encoder.encode("three")), TypeError);
    assert.equal(await readText(stream), "one two!");
    assert.equal(await stream.read(), null);
  },

  "slows a writer down to the pace of the reader and loses nothing": async (fixture, group) => {
    const { alice, bob } = fixture;
    const sizeBytes = 16 * 1024 * 1024;
    let writtenBytes = 0;
    let aheadBytes = 0;
    await bob.handle(group, ECHO, async (stream) => {
      let total = 0;
      let isIntact = true;
      for (let reads = 0;; reads++) {
        if (reads < 8) {
          await untilStill(() => writtenBytes);
          aheadBytes = Math.max(aheadBytes, writtenBytes - total);
        }
        const chunk = await stream.read();
        if (chunk === null) break;
        isIntact &&= chunk.every((byte, index) => byte === patternAt(total + index));
        total += chunk.length;
      }
      await stream.write(encoder.encode(`${total} ${isIntact}`));
    });
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    const writing = (async () => {
      for (const chunk of patternChunks(sizeBytes, 300_000)) {
        await stream.write(chunk);
        writtenBytes += chunk.length;
      }
      await stream.closeWrite();
    })();
    await writing;
    assert.equal(await readText(stream), `${sizeBytes} true`);
    assert.ok(aheadBytes < sizeBytes / 3, `the writer was ${aheadBytes} bytes ahead`);
  },

  "echoes 8 MiB written at once while both sides are busy": async ({ alice, bob }, group) => {
    const sizeBytes = 8 * 1024 * 1024;
    await bob.handle(group, ECHO, echo);
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    const [all] = patternChunks(sizeBytes, sizeBytes);
    assert.ok(all !== undefined);
    const writing = stream.write(all).then(() => stream.closeWrite());
    let total = 0;
    for (let chunk; (chunk = await stream.read()) !== null; total += chunk.length) {
      assert.equal(chunk[0], patternAt(total));
    }
    await writing;
    assert.equal(total, sizeBytes);
  },

  "keeps concurrent writes whole and in order": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    const messages = Array.from({ length: 20 }, (_, index) => new Uint8Array(100_000).fill(index));
    const writing = Promise.all(messages.map((message) => stream.write(message)))
      .then(() => stream.closeWrite());
    const received = await readAll(stream);
    await writing;
    assert.equal(received.length, 2_000_000);
    assert.ok(
      messages.every((_, index) =>
        received.subarray(index * 100_000, (index + 1) * 100_000).every((byte) => byte === index)
      ),
    );
  },

  "opens 100 streams at once, with no connection before": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo, { maxStreamsPerPeer: 100 });
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => request(alice, addressOf(bob), `message ${index}`)),
    );
    assert.deepEqual(replies, Array.from({ length: 100 }, (_, index) => `message ${index}`));
  },

  "refuses streams beyond the limit for a peer, and frees their places": async (fixture, group) => {
    const { alice, bob } = fixture;
    await bob.handle(group, ECHO, echo, { maxStreamsPerPeer: 2 });
    const first = await openAndGreet(alice, bob);
    const second = await openAndGreet(alice, bob);
    const third = await alice.openStream(addressOf(bob), ECHO);
    await assert.rejects(third.read(), StreamResetError);
    await first.close();
    await second.close();
    await retryUntilServed(async () => await (await openAndGreet(alice, bob)).close());
  },

  "cuts off a peer that it bans, and lets it in no more": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    const stream = await openAndGreet(alice, bob);
    for (let count = 0; count < 11; count++) bob.noteOffence(alice.peerId, "malformed");
    await assert.rejects(stream.read(), StreamResetError);
    await assert.rejects(openAndGreet(alice, bob), (error) => {
      assert.ok(error instanceof PeerUnreachableError || error instanceof StreamResetError);
      return true;
    });
    assert.deepEqual(bob.connections(), []);
    await assert.rejects(bob.connect(addressOf(alice)), PeerUnreachableError);
  },

  "forgives a peer some offences": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    const stream = await openAndGreet(alice, bob);
    for (let count = 0; count < 9; count++) bob.noteOffence(alice.peerId, "malformed");
    await (await openAndGreet(alice, bob)).close();
    await stream.close();
  },

  "shows an abort to the other side": async ({ alice, bob }, group) => {
    const failure = Promise.withResolvers<unknown>();
    await bob.handle(group, ECHO, async (stream) => {
      await stream.write(encoder.encode("ready"));
      failure.resolve(await stream.read().then(() => "nothing", (error) => error));
    });
    const stream = await alice.openStream(addressOf(bob), ECHO);
    await stream.read();
    const reason = new Error("changed my mind");
    stream.abort(reason);
    await assert.rejects(stream.read(), reason);
    await assert.rejects(stream.write(encoder.encode("more")), reason);
    const error = await failure.promise;
    assert.ok(error instanceof StreamResetError, String(error));
    assert.equal(error.code, "stream_reset");
    assert.equal(error.peerId, alice.peerId);
    await stream.close();
  },

  "resets the stream of a handler that throws, and serves the next one": async (fixture, group) => {
    const { alice, bob } = fixture;
    let calls = 0;
    await bob.handle(group, ECHO, async (stream, signal) => {
      if (++calls === 1) throw new Error("a defect");
      await echo(stream, signal);
    });
    const stream = await alice.openStream(addressOf(bob), ECHO);
    await assert.rejects(stream.read(), StreamResetError);
    assert.equal(await request(alice, addressOf(bob), "again"), "again");
    assert.equal(group.signal.aborted, false);
  },

  "says when the peer does not serve the protocol": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    await assert.rejects(alice.openStream(addressOf(bob), "/test/unknown/1.0.0"), (error) => {
      assert.ok(error instanceof ProtocolUnsupportedError, String(error));
      assert.equal(error.code, "protocol_unsupported");
      assert.equal(error.protocol, "/test/unknown/1.0.0");
      return true;
    });
    assert.equal(await request(alice, addressOf(bob), "still there"), "still there");
  },

  "refuses to serve a protocol twice": async ({ bob }, group) => {
    await bob.handle(group, ECHO, echo);
    await assert.rejects(bob.handle(group, ECHO, echo), TypeError);
  },

  "says when nobody answers, and names the address": async ({ alice, deadMultiaddr }) => {
    await assert.rejects(alice.openStream({ multiaddr: deadMultiaddr }, ECHO), (error) => {
      assert.ok(error instanceof PeerUnreachableError, String(error));
      assert.equal(error.code, "peer_unreachable");
      assert.ok(error.message.includes(deadMultiaddr), error.message);
      assert.ok(error.hint);
      return true;
    });
  },

  "says when an address is not one": async ({ alice }) => {
    for (const multiaddr of ["", "localhost:9710", "/ip4/300.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp"]) {
      await assert.rejects(alice.openStream({ multiaddr }, ECHO), InvalidMultiaddrError);
    }
  },

  "says when no address is known for a peer": async ({ alice, strangerPeerId }) => {
    await assert.rejects(alice.openStream({ peerId: strangerPeerId }, ECHO), PeerUnknownError);
    await assert.rejects(alice.openStream({ peerId: "not/a peer id" }, ECHO), PeerUnknownError);
  },

  "never reaches another peer than the one asked for": async (fixture, group) => {
    const { alice, bob, strangerPeerId } = fixture;
    let calls = 0;
    await bob.handle(group, ECHO, async (stream, signal) => {
      calls++;
      await echo(stream, signal);
    });
    const multiaddr = multiaddrOf(bob).replace(/\/p2p\/[^/]+$/, `/p2p/${strangerPeerId}`);
    for (const isConnected of [false, true]) {
      await assert.rejects(alice.openStream({ multiaddr }, ECHO), PeerUnreachableError);
      assert.equal(calls, isConnected ? 1 : 0);
      if (!isConnected) await request(alice, addressOf(bob), "a connection");
    }
  },

  "tells who answered at an address without a peer id": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    const multiaddr = multiaddrOf(bob).replace(/\/p2p\/[^/]+$/, "");
    const streams = await Promise.all(
      Array.from({ length: 5 }, () => alice.openStream({ multiaddr }, ECHO)),
    );
    for (const stream of streams) {
      assert.equal(stream.remotePeerId, bob.peerId);
      await stream.closeWrite();
      assert.equal(await stream.read(), null);
      await stream.close();
    }
  },

  "does not talk to itself": async ({ alice }, group) => {
    await alice.handle(group, ECHO, echo);
    await assert.rejects(alice.openStream(addressOf(alice), ECHO), PeerUnreachableError);
  },

  "gives up a dial when its signal aborts": async ({ alice, stalledMultiaddr }) => {
    const target = { multiaddr: stalledMultiaddr };
    const reason = new Error("no longer needed");
    const controller = new AbortController();
    const opening = alice.openStream(target, ECHO, { signal: controller.signal });
    await tick();
    controller.abort(reason);
    await assert.rejects(opening, reason);
    const aborted = AbortSignal.abort(reason);
    await assert.rejects(alice.openStream(target, ECHO, { signal: aborted }), reason);
  },

  "gives up a read when its signal aborts, and the stream lives on": async (fixture, group) => {
    const { alice, bob } = fixture;
    await bob.handle(group, ECHO, echo);
    await using stream = closing(await alice.openStream(addressOf(bob), ECHO));
    const reason = new Error("no longer needed");
    const controller = new AbortController();
    const reading = stream.read({ signal: controller.signal });
    await assert.rejects(stream.read(), TypeError);
    controller.abort(reason);
    await assert.rejects(reading, reason);
    await stream.write(encoder.encode("hello"));
    await stream.closeWrite();
    assert.equal(await readText(stream), "hello");
  },

  "gives up a write when its signal aborts, and leaves no half message": async (fixture, group) => {
    const { alice, bob } = fixture;
    const outcome = Promise.withResolvers<unknown>();
    const mayRead = Promise.withResolvers<void>();
    await bob.handle(group, ECHO, async (stream) => {
      await mayRead.promise;
      outcome.resolve(await readAll(stream).then(() => "complete", (error) => error));
    });
    const stream = await alice.openStream(addressOf(bob), ECHO);
    const reason = new Error("too slow");
    const controller = new AbortController();
    const writing = stream.write(new Uint8Array(32 * 1024 * 1024), { signal: controller.signal });
    const timer = setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(writing, reason);
    clearTimeout(timer);
    mayRead.resolve();
    assert.ok(await outcome.promise instanceof StreamResetError);
  },

  "ends handlers when their group is cancelled, and stops serving": async ({ alice, bob }) => {
    const stream = await runTaskGroup(async (group) => {
      await bob.handle(group, ECHO, async (stream) => {
        await stream.write(encoder.encode("ready"));
        // It pays no attention to its signal.
        await stream.read();
        await stream.read();
      });
      const stream = await alice.openStream(addressOf(bob), ECHO);
      await stream.read();
      group.cancel();
      return stream;
    });
    await assert.rejects(stream.read(), StreamResetError);
    await assert.rejects(alice.openStream(addressOf(bob), ECHO), ProtocolUnsupportedError);
  },

  "discards what comes after a close, and does not wait for ever to be read": async (
    { alice, bob },
    group,
  ) => {
    const outcome = Promise.withResolvers<unknown>();
    await bob.handle(group, ECHO, async (stream) => {
      for (let round = 0; round < 64; round++) await stream.write(new Uint8Array(64 * 1024));
      outcome.resolve(await stream.read());
    });
    const stream = await alice.openStream(addressOf(bob), ECHO);
    await stream.close();
    assert.equal(await outcome.promise, null);
    assert.equal(await stream.read(), null);
  },

  "connects to a peer, and both sides see that": async ({ alice, bob }) => {
    assert.deepEqual(alice.connections(), []);
    const beforeMs = Date.now();
    const connection = await alice.connect(addressOf(bob));
    assert.equal(connection.peerId, bob.peerId);
    assert.equal(connection.direction, "outbound");
    assert.ok(connection.multiaddr.startsWith(multiaddrOf(bob).replace(/\/p2p\/[^/]+$/, "")));
    assert.ok(connection.openedAtMs >= beforeMs - 1_000 && connection.openedAtMs <= Date.now());
    assert.deepEqual(peersOf(alice), [[bob.peerId, "outbound"]]);
    await retry(() => assert.deepEqual(peersOf(bob), [[alice.peerId, "inbound"]]));
  },

  "uses the connection that is there": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    await alice.connect(addressOf(bob));
    await alice.connect(addressOf(bob));
    await alice.connect({ peerId: bob.peerId });
    const stream = await openAndGreet(alice, bob);
    assert.equal(alice.connections().length, 1);
    await retry(() => assert.ok((alice.connections()[0]?.streams ?? 0) >= 1));
    await stream.close();
  },

  "says why it cannot connect": async ({ alice, deadMultiaddr, strangerPeerId }) => {
    await assert.rejects(alice.connect({ multiaddr: deadMultiaddr }), PeerUnreachableError);
    await assert.rejects(alice.connect({ peerId: strangerPeerId }), PeerUnknownError);
    await assert.rejects(alice.connect({ multiaddr: "nonsense" }), InvalidMultiaddrError);
    await assert.rejects(alice.connect(addressOf(alice)), PeerUnreachableError);
    assert.deepEqual(alice.connections(), []);
  },

  "gives up connecting when its signal aborts": async ({ alice, stalledMultiaddr }) => {
    const controller = new AbortController();
    const target = { multiaddr: stalledMultiaddr };
    const reason = new Error("no longer needed");
    const failing = assert.rejects(alice.connect(target, { signal: controller.signal }), reason);
    await tick();
    controller.abort(reason);
    await failing;
  },

  "disconnects from a peer with all that is open": async ({ alice, bob }, group) => {
    await bob.handle(group, ECHO, echo);
    const stream = await openAndGreet(alice, bob);
    assert.equal(await alice.disconnect(bob.peerId), true);
    assert.deepEqual(alice.connections(), []);
    await assert.rejects(stream.read());
    await retry(() => assert.deepEqual(bob.connections(), []));
    assert.equal(await alice.disconnect(bob.peerId), false);
    assert.equal(await request(alice, addressOf(bob), "again"), "again");
  },

  "does not fail when it is to disconnect from a stranger": async ({ alice, strangerPeerId }) => {
    assert.equal(await alice.disconnect(strangerPeerId), false);
    assert.equal(await alice.disconnect("not/a peer id"), false);
  },

  "reports on methods of discovery that there are not": async ({ alice }) => {
    const reports = await alice.discover({ methods: ["pigeon"] });
    assert.deepEqual(reports.map(({ method, ok }) => [method, ok]), [["pigeon", false]]);
    assert.ok(reports[0]?.reason);
    const reason = new Error("no longer needed");
    await assert.rejects(alice.discover({ signal: AbortSignal.abort(reason) }), reason);
  },

  "tells of each method of discovery how it does": async ({ alice }) => {
    const names = alice.discoveryHealth().map(({ method }) => method);
    const reports = await alice.discover({ timeoutMs: 5_000 });
    assert.deepEqual(reports.map(({ method }) => method), names);
  },

  "gives up its dials when it is closed": async ({ alice, stalledMultiaddr }) => {
    const opening = alice.openStream({ multiaddr: stalledMultiaddr }, ECHO);
    const failing = assert.rejects(opening, NetworkClosedError);
    await tick();
    await alice[Symbol.asyncDispose]();
    await failing;
  },

  "breaks everything on both sides when a node is closed": async ({ alice, bob }, group) => {
    const failure = Promise.withResolvers<unknown>();
    const handler: StreamHandler = async (stream) => {
      await stream.write(encoder.encode("ready"));
      failure.resolve(await stream.read().then((end) => end, (error) => error));
    };
    await bob.handle(group, ECHO, handler);
    const stream = await alice.openStream(addressOf(bob), ECHO);
    await stream.read();
    const reading = assert.rejects(stream.read(), NetworkClosedError);
    await alice[Symbol.asyncDispose]();
    await reading;
    assert.ok(await failure.promise instanceof StreamResetError, String(await failure.promise));
    await assert.rejects(alice.openStream(addressOf(bob), ECHO), NetworkClosedError);
    await assert.rejects(alice.handle(group, ECHO, handler), NetworkClosedError);
    await assert.rejects(alice.connect(addressOf(bob)), NetworkClosedError);
    await assert.rejects(alice.disconnect(bob.peerId), NetworkClosedError);
    await assert.rejects(alice.discover(), NetworkClosedError);
    assert.deepEqual(alice.connections(), []);
    await retry(() => assert.deepEqual(bob.connections(), []));
    await alice[Symbol.asyncDispose]();
  },
};

async function echo(stream: Stream, signal: AbortSignal): Promise<void> {
  for (let chunk; (chunk = await stream.read({ signal })) !== null;) {
    await stream.write(chunk, { signal });
  }
}

async function request(network: Network, target: PeerTarget, text: string): Promise<string> {
  const stream = await network.openStream(target, ECHO);
  await stream.write(encoder.encode(text));
  await stream.closeWrite();
  const reply = await readText(stream);
  await stream.close();
  return reply;
}

/** A stream that is certainly being served. */
async function openAndGreet(from: Network, to: Network): Promise<Stream> {
  const stream = await from.openStream(addressOf(to), ECHO);
  await stream.write(encoder.encode("hello"));
  await stream.read();
  return stream;
}

function peersOf(network: Network): unknown {
  return network.connections().map(({ peerId, direction }) => [peerId, direction]);
}

/** What the other side does is seen a little later. */
async function retry(check: () => void): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return check();
    } catch (error) {
      if (tries === 500) throw error;
      await tick();
    }
  }
}

async function retryUntilServed(attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 50 || !(error instanceof StreamResetError)) throw error;
      await tick();
    }
  }
}

function closing(stream: Stream): Stream & AsyncDisposable {
  return Object.assign(stream, { [Symbol.asyncDispose]: () => stream.close() });
}

function multiaddrOf(network: Network): string {
  const [first] = network.multiaddrs();
  assert.ok(first !== undefined);
  return first;
}

function addressOf(network: Network): PeerTarget {
  return { multiaddr: multiaddrOf(network) };
}

async function readAll(stream: Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk; (chunk = await stream.read()) !== null;) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

async function readText(stream: Stream): Promise<string> {
  return new TextDecoder().decode(await readAll(stream));
}

function patternAt(index: number): number {
  return (index * 31 + (index >> 8)) & 0xff;
}

function patternChunks(sizeBytes: number, chunkBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < sizeBytes; start += chunkBytes) {
    const length = Math.min(chunkBytes, sizeBytes - start);
    chunks.push(Uint8Array.from({ length }, (_, index) => patternAt(start + index)));
  }
  return chunks;
}

/** Wait until a number has stopped to grow. */
async function untilStill(read: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 20;) {
    same = read() === last ? same + 1 : 0;
    last = read();
    await tick();
  }
}

/** One turn of the event loop, timers and sockets included. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
