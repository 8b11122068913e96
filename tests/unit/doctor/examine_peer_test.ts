import assert from "node:assert/strict";
import { type Clock, runTaskGroup, systemClock } from "../../../src/concurrency/mod.ts";
import {
  type DoctorReport,
  type DoctorStep,
  examinePeer,
  type ExaminePeerDeps,
  type StepReport,
} from "../../../src/doctor/mod.ts";
import { createAuthorizer } from "../../../src/network/mod.ts";
import { openLibp2pNetwork } from "../../../src/network/libp2p/mod.ts";
import { serveHeadPeer, serveSeedPeer } from "../../support/python_peer/mod.ts";
import { findFreeAddress, listenOnPort, sayAlways, sayNothing } from "./listeners.ts";
import { TOKEN, withLooker, withNode } from "./with_node.ts";

const REAL_NETWORK = { sanitizeOps: false, sanitizeResources: false };
const OTHER_ID = "12D3KooWGRUVH6JbZ6E9oJzrUuWBUx6nqVMCGk3fSQMY7XDEVcGC";
const [SWARM_KEY, OTHER_SWARM_KEY] = ["0123456789abcdef", "fedcba9876543210"].map((digits) =>
  new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${digits.repeat(4)}\n`)
);
/** Enough for everything that answers; what does not answer costs a part of it. */
const TIMEOUT_MS = 5_000;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...REAL_NETWORK, name: `examinePeer ${name}`, fn });
}

function examine(
  multiaddr: string,
  deps: ExaminePeerDeps,
  timeoutMs = TIMEOUT_MS,
): Promise<DoctorReport> {
  return examinePeer(multiaddr, deps, { timeoutMs });
}

function stepOf({ steps }: DoctorReport, name: DoctorStep): StepReport {
  return steps.find(({ step }) => step === name) ?? assert.fail(`There is no step ${name}`);
}

/** The step fails, for this reason and with something to do; what follows it is not tried. */
function assertFails(report: DoctorReport, step: DoctorStep, code: string): StepReport {
  const found = stepOf(report, step);
  assert.partialDeepStrictEqual(found, { status: "failed", code }, JSON.stringify(report.steps));
  assert.ok(found.hint, "There is no hint");
  assert.equal(report.ok, false);
  const rest = report.steps.slice(report.steps.indexOf(found) + 1);
  if (step !== "clock_skew") {
    assert.deepEqual(rest.filter(({ status }) => status !== "skipped"), []);
  }
  return found;
}

test("finds nothing wrong with a node that works", async () => {
  await withNode(async ({ multiaddr, node, deps }) => {
    const told: string[] = [];
    const onStep = ({ step }: StepReport): void => void told.push(step);
    const report = await examinePeer(multiaddr, deps, { onStep });
    assert.equal(report.ok, true);
    assert.equal(report.peerId, node.peerId);
    assert.deepEqual(
      report.steps.map(({ step, status }) => `${step} ${status}`),
      [
        "bind skipped",
        "announce skipped",
        "resolve skipped",
        "dial ok",
        "handshake ok",
        "protocol ok",
        "authorisation ok",
        "clock_skew ok",
        "queue ok",
        "worker ok",
      ],
    );
    assert.deepEqual(told, report.steps.map(({ step }) => step));
    assert.partialDeepStrictEqual(stepOf(report, "handshake").details, { isRelayed: false });
  });
});

test("finds a node whose address does not say who it is", async () => {
  await withNode(async ({ multiaddr, node, deps }) => {
    const report = await examine(multiaddr.replace(/\/p2p\/.*/, ""), deps);
    assert.equal(report.ok, true);
    assert.equal(report.peerId, node.peerId);
  });
});

test("fails to resolve a name", async () => {
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`/dnsaddr/nowhere.invalid/p2p/${OTHER_ID}`, deps);
    assertFails(report, "resolve", "name_not_resolved");
  });
});

test("fails to dial if nobody listens", async () => {
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`${findFreeAddress()}/p2p/${OTHER_ID}`, deps);
    assertFails(report, "dial", "connection_refused");
    assert.equal(report.peerId, undefined);
  });
});

test("fails to shake hands with an HTTP server, and says what it is", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("Hello"),
  );
  const { port } = server.addr;
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`/ip4/127.0.0.1/tcp/${port}/p2p/${OTHER_ID}`, deps);
    const { message } = assertFails(report, "handshake", "not_a_node");
    assert.match(message, /an HTTP server/);
  });
});

test("fails to shake hands with a TLS server, and says what it is", async () => {
  await using server = listenOnPort(async (connection) => {
    await connection.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70));
    connection.close();
  });
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`${server.multiaddr}/p2p/${OTHER_ID}`, deps);
    const { message } = assertFails(report, "handshake", "not_a_node");
    assert.match(message, /TLS/);
  });
});

test("fails to shake hands with a program that says nothing", async () => {
  await using server = listenOnPort(sayNothing);
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`${server.multiaddr}/p2p/${OTHER_ID}`, deps, 1_000);
    const { hint } = assertFails(report, "handshake", "no_handshake");
    assert.match(hint ?? "", /hangs/);
  });
});

test("fails to shake hands with a node that goes no further", async () => {
  await using server = listenOnPort(sayAlways("\x13/multistream/1.0.0\n"));
  await withLooker(TOKEN, async (deps) => {
    const report = await examine(`${server.multiaddr}/p2p/${OTHER_ID}`, deps, 1_000);
    assertFails(report, "handshake", "handshake_failed");
  });
});

test("says who answers instead of the node that was meant", async () => {
  await withNode(async ({ multiaddr, node, deps }) => {
    const report = await examine(multiaddr.replace(node.peerId, OTHER_ID), deps);
    const { message, hint, details } = assertFails(report, "handshake", "peer_id_mismatch");
    assert.match(message, new RegExp(`${node.peerId} instead of ${OTHER_ID}`));
    assert.ok(hint?.includes(multiaddr));
    assert.deepEqual(details, { expectedPeerId: OTHER_ID, peerId: node.peerId });
  });
});

test("fails if a node has revoked it", async () => {
  const policy = { refusalOf: () => "revoked", isTrusted: () => false };
  await withNode(async ({ multiaddr, deps }) => {
    const report = await examine(multiaddr, deps);
    const { hint } = assertFails(report, "handshake", "handshake_failed");
    assert.match(hint ?? "", /revoked/);
  }, { policy });
});

test("fails if a node is in a private swarm, and says which flag opens it", async () => {
  await withNode(async ({ multiaddr, deps }) => {
    const report = await examine(multiaddr, deps, 1_000);
    const { hint } = assertFails(report, "handshake", "private_swarm");
    assert.match(hint ?? "", /--swarm-key-file/);
  }, { swarmKey: SWARM_KEY });
});

test("fails if a node is in another private swarm", async () => {
  await withNode(async ({ multiaddr }) => {
    await withLooker(TOKEN, async (deps) => {
      const report = await examine(multiaddr, { ...deps, isPrivateSwarm: true }, 1_000);
      const { message } = assertFails(report, "handshake", "private_swarm");
      assert.match(message, /another private swarm/);
    }, OTHER_SWARM_KEY);
  }, { swarmKey: SWARM_KEY });
});

test("fails if a node is outside of its private swarm", async () => {
  await withNode(async ({ multiaddr }) => {
    await withLooker(TOKEN, async (deps) => {
      const report = await examine(multiaddr, { ...deps, isPrivateSwarm: true }, 1_000);
      const { hint } = assertFails(report, "handshake", "handshake_failed");
      assert.match(hint ?? "", /without --swarm-key-file/);
    }, SWARM_KEY);
  });
});

test("fails if a node serves no protocol of ours", async () => {
  await withNode(async ({ multiaddr, node, deps }) => {
    const report = await examine(multiaddr, deps);
    assertFails(report, "protocol", "protocol_unsupported");
    assert.equal(report.peerId, node.peerId);
  }, { serves: "nothing" });
});

test("warns of a node that speaks only the older protocol, and goes on", async () => {
  await withNode(async ({ multiaddr, deps }) => {
    const report = await examine(multiaddr, deps);
    assert.equal(report.ok, true);
    assert.partialDeepStrictEqual(stepOf(report, "protocol"), {
      status: "warning",
      code: "old_protocol",
    });
    assert.equal(stepOf(report, "queue").status, "ok");
  }, { serves: "lines" });
});

for (const [what, token] of [["no token", undefined], ["a wrong token", "guess"]] as const) {
  test(`fails if it is not let in with ${what}, and says what to do there`, async () => {
    await withNode(async ({ multiaddr, deps }) => {
      const report = await examine(multiaddr, deps);
      const { hint } = assertFails(report, "authorisation", "unauthorized");
      assert.ok(hint?.includes(`mcpp peers trust ${deps.network.peerId}`));
    }, { token });
  });
}

test("is let in without a token if the node lists it", async () => {
  const authorizer = createAuthorizer({ isOpen: true });
  await withNode(async ({ multiaddr, deps }) => {
    const report = await examine(multiaddr, deps);
    assert.equal(stepOf(report, "authorisation").status, "ok");
  }, { token: undefined, authorizer });
});

for (
  const [skewMs, status, words] of [
    [600_000, "failed", /600\.\d s ahead/],
    [-600_000, "failed", /600\.\d s behind/],
    [20_000, "warning", /ahead/],
    [1_000, "ok", /agree/],
  ] as const
) {
  test(`finds a clock that is ${skewMs} ms off: ${status}`, async () => {
    const clock: Clock = {
      now: () => systemClock.now() + skewMs,
      monotonicMs: () => systemClock.monotonicMs(),
      sleep: (ms, options) => systemClock.sleep(ms, options),
      setTimer: (ms, fn) => systemClock.setTimer(ms, fn),
    };
    await withNode(async ({ multiaddr, deps }) => {
      const report = await examine(multiaddr, deps);
      const step = stepOf(report, "clock_skew");
      assert.equal(step.status, status);
      assert.match(step.message, words);
      assert.ok(status === "ok" || step.hint);
      // It keeps nothing else from being looked at.
      assert.equal(stepOf(report, "queue").status, "ok");
    }, { clock });
  });
}

test("fails if the queue's store is dead", async () => {
  await withNode(async ({ multiaddr, store, deps }) => {
    await store[Symbol.asyncDispose]();
    const report = await examine(multiaddr, deps);
    assert.equal(stepOf(report, "authorisation").status, "ok");
    const step = stepOf(report, "queue");
    assert.equal(step.status, "failed");
    assert.equal(stepOf(report, "worker").status, "skipped");
  });
});

test("warns if no worker takes tasks", async () => {
  await withNode(async ({ multiaddr, deps }) => {
    const report = await examine(multiaddr, deps);
    assert.partialDeepStrictEqual(stepOf(report, "worker"), {
      status: "warning",
      code: "no_worker",
    });
    assert.equal(report.ok, true);
  }, { taskTypes: [] });
});

test("fails if tasks wait that no worker takes", async () => {
  await withNode(async ({ multiaddr, queue, deps }) => {
    await queue.submit({ type: "triple", payload: {} });
    await queue.submit({ type: "double", payload: {} });
    const report = await examine(multiaddr, deps);
    const { message } = assertFails(report, "worker", "no_worker_for_type");
    assert.match(message, /1 of type triple$/);
  });
});

test("counts workers elsewhere that have asked for work", async () => {
  await withNode(async ({ multiaddr, queue, deps }) => {
    await queue.submit({ type: "triple", payload: {}, delayMs: 60_000 });
    await queue.claim({ worker: "w1", types: ["triple"], claimer: OTHER_ID });
    const report = await examine(multiaddr, deps);
    assert.match(stepOf(report, "worker").message, /w1 \(triple\)/);
    assert.equal(report.ok, true);
  });
});

for (const [version, serve] of [["seed", serveSeedPeer], ["head", serveHeadPeer]] as const) {
  test(`looks at a Python peer, which does not tell its time (${version})`, async () => {
    await using python = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
    const [multiaddr = ""] = python.multiaddrs();
    await runTaskGroup(async (group) => {
      await serve(group, python, { clock: systemClock, token: TOKEN, hasCache: true });
      await withLooker(TOKEN, async (deps) => {
        const report = await examine(multiaddr, deps);
        assert.equal(report.ok, true, JSON.stringify(report.steps));
        assert.equal(stepOf(report, "clock_skew").status, "skipped");
        assert.equal(stepOf(report, "queue").status, "ok");
      });
      group.cancel();
    });
  });
}

test("ends with its signal's reason", async () => {
  await using server = listenOnPort(sayNothing);
  await withLooker(TOKEN, async (deps) => {
    const stop = new AbortController();
    const reason = new Error("Enough");
    const onStep = ({ step }: StepReport): void => {
      if (step === "dial") stop.abort(reason);
    };
    await assert.rejects(
      examinePeer(server.multiaddr, deps, { onStep, signal: stop.signal }),
      reason,
    );
  });
});
