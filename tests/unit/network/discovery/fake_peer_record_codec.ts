import {
  isJsonObject,
  type JsonObject,
  parseJson,
  sha256Hex,
  toJson,
} from "../../../../src/codec/mod.ts";
import type {
  PeerRecord,
  PeerRecordCodec,
} from "../../../../src/network/discovery/peer_record_codec.ts";
import { InvalidPeerRecordError } from "../../../../src/network/errors.ts";

/** Records without keys: whoever has changed one is found out, as long as he does not know how it is made. */
export function createFakePeerRecordCodec(peerId: string): PeerRecordCodec {
  return {
    seal(multiaddrs, seq): Promise<Uint8Array> {
      const record = { peerId, multiaddrs: multiaddrs.map(withPeer(peerId)), seq: String(seq) };
      const signed = toJson({ ...record, signature: sign(record) });
      return Promise.resolve(new TextEncoder().encode(signed));
    },
    open: (envelope) => Promise.try(() => openRecord(envelope)),
  };
}

function openRecord(bytes: Uint8Array): PeerRecord {
  const { signature, ...record } = parse(bytes);
  if (signature !== sign(record)) throw new InvalidPeerRecordError("its signature is wrong");
  return {
    peerId: String(record["peerId"]),
    multiaddrs: Array.isArray(record["multiaddrs"]) ? record["multiaddrs"].map(String) : [],
    seq: BigInt(String(record["seq"])),
  };
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    const value = parseJson(new TextDecoder().decode(bytes));
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new InvalidPeerRecordError("its envelope is malformed", error);
  }
  throw new InvalidPeerRecordError("its envelope is malformed");
}

function sign(record: JsonObject): string {
  return sha256Hex(`fake key of ${toJson(record)}`);
}

function withPeer(peerId: string): (address: string) => string {
  return (address) => address.endsWith(`/p2p/${peerId}`) ? address : `${address}/p2p/${peerId}`;
}
