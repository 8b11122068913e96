import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import {
  createQueueClient,
  type QueueClient,
} from "../../../../src/taskqueue/remote/queue_client.ts";
import type { TaskQueue } from "../../../../src/taskqueue/mod.ts";
import {
  type HeadPeer,
  type HeadPeerOptions,
  type PythonService,
  serveHeadPeer,
  serveSeedPeer,
} from "../../../support/python_peer/mod.ts";

/** The client of an emulated Python peer. */
export interface PythonFixture {
  readonly client: QueueClient;
  readonly queue: TaskQueue;
  readonly service: PythonService;
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  readonly group: TaskGroup;
  /** Only with a peer of 2026-08. */
  readonly head: HeadPeer | undefined;
  /** Operations that the peer was asked for, oldest first. */
  ops(): readonly unknown[];
}

/** The token that both sides hold. */
export const TOKEN = "s3cret";

/** Where the peer is. */
export const TARGET = { multiaddr: "/memory/python/p2p/python" };

/** Runs a test body with a Python peer and its client, and ends both. */
export async function withPythonPeer(
  version: "seed" | "head",
  body: (fixture: PythonFixture) => Promise<void>,
  options: Partial<HeadPeerOptions> = {},
): Promise<void> {
  const clock = new FakeClock(1_000_000);
  const hub = new MemoryHub({ clock });
  await using python = hub.open({ peerId: "python" });
  await using network = hub.open({ peerId: "client" });
  await runTaskGroup(async (group) => {
    const peerOptions = { clock, token: TOKEN, hasCache: true, ...options };
    const head = version === "head" ? await serveHeadPeer(group, python, peerOptions) : undefined;
    const service = head?.service ?? await serveSeedPeer(group, python, peerOptions);
    {
      await using client = createQueueClient({ network, token: TOKEN, clock });
      const queue = client.queueOf(TARGET);
      const ops = () => service.requests.map(({ op }) => op);
      await body({ client, queue, service, clock, hub, group, head, ops });
    }
    group.cancel("the test is over");
  });
}
