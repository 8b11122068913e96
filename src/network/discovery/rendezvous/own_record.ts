import type { PeerRecordCodec } from "../peer_record_codec.ts";

/** This node's own record: signed once for all points, and anew when its addresses have changed. */
export class OwnRecord {
  readonly #records: Pick<PeerRecordCodec, "seal">;
  #addresses = "";
  #seq = 0n;
  #envelope: Promise<Uint8Array> | undefined;

  constructor(records: Pick<PeerRecordCodec, "seal">) {
    this.#records = records;
  }

  /**
   * The record for these addresses.
   *
   * @param multiaddrs Where this node can be dialled.
   * @param nowMs What the record is numbered with, so that it counts as newer than those of earlier runs.
   */
  async get(multiaddrs: readonly string[], nowMs: number): Promise<Uint8Array> {
    const addresses = multiaddrs.join(" ");
    if (this.#envelope === undefined || addresses !== this.#addresses) {
      const now = BigInt(Math.trunc(nowMs));
      this.#seq = now > this.#seq ? now : this.#seq + 1n;
      this.#addresses = addresses;
      this.#envelope = this.#records.seal(multiaddrs, this.#seq);
    }
    const envelope = this.#envelope;
    try {
      return await envelope;
    } catch (error) {
      // What has failed once may work the next time.
      if (this.#envelope === envelope) this.#envelope = undefined;
      throw error;
    }
  }
}
