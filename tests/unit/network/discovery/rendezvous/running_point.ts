import { type Clock, runTaskGroup } from "../../../../../src/concurrency/mod.ts";
import type { RendezvousPoint } from "../../../../../src/network/discovery/rendezvous/rendezvous_point.ts";
import { serveRendezvous } from "../../../../../src/network/discovery/rendezvous/serve_rendezvous.ts";
import type { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

/** A rendezvous point in an in-memory network, until it is disposed. */
export class RunningPoint implements AsyncDisposable {
  /** What it was asked, by type, in order. */
  readonly requests: string[] = [];
  readonly #started = Promise.withResolvers<RendezvousPoint>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(hub: MemoryHub, clock: Clock, peerId = "point") {
    this.#running = this.#run(hub, clock, peerId);
  }

  get started(): Promise<RendezvousPoint> {
    return this.#started.promise;
  }

  /** List a peer, whoever that is. */
  async register(peerId: string, signedPeerRecord: Uint8Array, namespace: string): Promise<void> {
    const point = await this.started;
    await point.answer(peerId, { type: "register", namespace, signedPeerRecord });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(hub: MemoryHub, clock: Clock, peerId: string): Promise<void> {
    await using network = hub.open({ peerId });
    const { signal } = this.#stop;
    await runTaskGroup(async (group) => {
      const records = createFakePeerRecordCodec(peerId);
      const point = await serveRendezvous(group, { network, records, clock });
      this.#watch(point);
      this.#started.resolve(point);
    }, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  #watch(point: RendezvousPoint): void {
    const answer = point.answer.bind(point);
    point.answer = (peerId, request) => {
      this.requests.push(request.type);
      return answer(peerId, request);
    };
  }
}
