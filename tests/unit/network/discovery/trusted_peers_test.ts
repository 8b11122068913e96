import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createTrustedPeers, openTrustList, type TrustList } from "../../../../src/network/mod.ts";
import { withDirectory } from "../with_directory.ts";

const ALICE = "12D3KooWAlice";
const BOB = "12D3KooWBob";
const at = (host: number, peerId: string) => `/ip4/10.0.0.${host}/tcp/1/p2p/${peerId}`;

function withTrust(body: (trust: TrustList) => Promise<void>): Promise<void> {
  return withDirectory(async (directory) => {
    await using trust = await openTrustList({ path: `${directory}/trust.json` });
    await body(trust);
  });
}

function createContext() {
  const log: unknown[] = [];
  const context = {
    self: { peerId: "self", multiaddrs: () => [] },
    found: (peer: unknown) => void log.push(peer),
    lost: (peerId: string) => void log.push(`lost ${peerId}`),
    clock: new FakeClock(),
    logger: undefined,
  };
  return { context, log, signal: new AbortController().signal };
}

Deno.test("createTrustedPeers finds trusted peers where they were, for ever", () =>
  withTrust(async (trust) => {
    await trust.trust({ peerId: ALICE, roles: ["work"], multiaddrs: [at(1, ALICE), at(2, ALICE)] });
    await trust.trust({ peerId: "12D3KooWNowhere", roles: ["work"] });
    await trust.trust({ peerId: BOB, roles: ["work"], multiaddrs: [at(3, BOB)] });
    await trust.revoke(BOB);
    const { context, log, signal } = createContext();
    await createTrustedPeers(trust).look(context, signal);
    assert.deepEqual(log, [{
      peerId: ALICE,
      multiaddrs: [at(1, ALICE), at(2, ALICE)],
      ttlMs: Infinity,
      lastSeenMs: 0,
    }]);
  }));

Deno.test("createTrustedPeers follows changes at once, until it is stopped", () =>
  withTrust(async (trust) => {
    const { context, log, signal } = createContext();
    const started = await createTrustedPeers(trust).start?.(context, signal);
    await trust.trust({ peerId: ALICE, roles: ["work"], multiaddrs: [at(1, ALICE)] });
    const found = { peerId: ALICE, multiaddrs: [at(1, ALICE)], ttlMs: Infinity, lastSeenMs: 0 };
    assert.deepEqual(log.splice(0), [`lost ${ALICE}`, found]);
    await trust.revoke(ALICE);
    assert.deepEqual(log.splice(0), [`lost ${ALICE}`]);
    await started?.[Symbol.asyncDispose]();
    await trust.trust({ peerId: ALICE, roles: ["work"] });
    assert.deepEqual(log, []);
  }));
