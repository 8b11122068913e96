import assert from "node:assert/strict";
import { runTaskGroup } from "../../../../src/concurrency/mod.ts";
import {
  followRevocations,
  openTrustList,
  type PeerConnection,
  type PeerTarget,
  type TrustList,
} from "../../../../src/network/mod.ts";
import { FakeLogger } from "../fake_logger.ts";
import { withDirectory } from "../with_directory.ts";

class FakeNetwork {
  readonly calls: string[] = [];
  readonly #waiting: (() => void)[] = [];

  connect(target: PeerTarget): Promise<PeerConnection> {
    this.#note(`connect ${"peerId" in target ? target.peerId : target.multiaddr}`);
    return Promise.reject(new Error("nobody there"));
  }

  disconnect(peerId: string): Promise<boolean> {
    this.#note(`disconnect ${peerId}`);
    return peerId === "broken" ? Promise.reject(new Error("broken")) : Promise.resolve(true);
  }

  async until(count: number): Promise<void> {
    while (this.calls.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #note(call: string): void {
    this.calls.push(call);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function withFollowed(
  body: (trust: TrustList, network: FakeNetwork) => Promise<void>,
): Promise<void> {
  return withDirectory(async (directory) => {
    await using trust = await openTrustList({ path: `${directory}/trust.json` });
    await trust.trust({ peerId: "friend", roles: ["work", "submit"] });
    const network = new FakeNetwork();
    await runTaskGroup(async (group) => {
      followRevocations(group, { network, trust, logger: new FakeLogger() });
      await body(trust, network);
      group.cancel("the test is over");
    });
  });
}

Deno.test("followRevocations lets go of a peer that is revoked, and takes it back", async () => {
  await withFollowed(async (trust, network) => {
    await trust.revoke("friend");
    await network.until(1);
    await trust.revoke("stranger");
    await network.until(2);
    await trust.trust({ peerId: "friend", roles: ["work"] });
    await network.until(3);
    assert.deepEqual(network.calls, ["disconnect friend", "disconnect stranger", "connect friend"]);
  });
});

Deno.test("followRevocations ends what a peer has open that loses a role, or its place", async () => {
  await withFollowed(async (trust, network) => {
    await trust.trust({ peerId: "friend", roles: ["submit", "cache"] });
    await network.until(2);
    await trust.forget("friend");
    await network.until(3);
    assert.deepEqual(network.calls, ["disconnect friend", "connect friend", "disconnect friend"]);
  });
});

Deno.test("followRevocations leaves alone who only gains", async () => {
  await withFollowed(async (trust, network) => {
    await trust.trust({ peerId: "friend", roles: ["work", "submit", "cache"], name: "laptop" });
    await trust.trust({ peerId: "new", roles: ["work"] });
    await trust.revoke("new");
    await network.until(1);
    assert.deepEqual(network.calls, ["disconnect new"]);
  });
});

Deno.test("followRevocations goes on when a peer cannot be disconnected", async () => {
  await withFollowed(async (trust, network) => {
    await trust.revoke("broken");
    await trust.revoke("friend");
    await network.until(2);
    assert.deepEqual(network.calls, ["disconnect broken", "disconnect friend"]);
  });
});
