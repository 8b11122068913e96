import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import type { Network, Stream } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { TASK_QUEUE_PROTOCOL } from "../../../../src/taskqueue/protocol/constants.ts";
import {
  createQueueClient,
  type QueueClient,
} from "../../../../src/taskqueue/remote/queue_client.ts";
import type { RemoteLimits } from "../../../../src/taskqueue/remote/remote_limits.ts";
import type { TaskQueue } from "../../../../src/taskqueue/task_queue.ts";

/** A request or a reply. */
export type Message = Record<string, unknown>;

/** What a peer does with the nth stream, counted from 1. */
export type Behaviour = (request: Message, stream: Stream, count: number) => Promise<void> | void;

/** The client of a peer that behaves as the test says. */
export interface LineFixture {
  readonly remote: TaskQueue;
  readonly client: QueueClient;
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  /** Where the peer is. */
  readonly peer: Network;
  /** Requests that the peer got. */
  readonly requests: readonly Message[];
}

/** The token that the client presents. */
export const TOKEN = "s3cret";

/** Runs a test body with the client of a peer that speaks in lines, as the test says. */
export async function withLinePeer(
  behaviour: Behaviour,
  body: (fixture: LineFixture) => Promise<void>,
  limits: Partial<RemoteLimits> = {},
): Promise<void> {
  const clock = new FakeClock(0);
  const hub = new MemoryHub({ clock });
  await using peer = hub.open({ peerId: "peer" });
  await using network = hub.open({ peerId: "client" });
  const requests: Message[] = [];
  await runTaskGroup(async (group) => {
    await peer.handle(group, TASK_QUEUE_PROTOCOL, async (stream) => {
      const bytes = await stream.read();
      const request: Message = JSON.parse(new TextDecoder().decode(bytes ?? undefined));
      requests.push(request);
      await behaviour(request, stream, requests.length);
    });
    {
      await using client = createQueueClient({ network, token: TOKEN, clock, limits });
      const remote = client.queueOf({ multiaddr: "/memory/peer" });
      await body({ remote, client, clock, hub, peer, requests });
    }
    group.cancel("the test is over");
  });
}

/** Sends text as it is. */
export function send(stream: Stream, text: string): Promise<void> {
  return stream.write(new TextEncoder().encode(text));
}

/** Sends a reply in a line. */
export function reply(stream: Stream, message: Message): Promise<void> {
  return send(stream, `${JSON.stringify(message)}\n`);
}
