import { peerIdFromPublicKey } from "@libp2p/peer-id";
import { PeerRecord as RawRecord, RecordEnvelope } from "@libp2p/peer-record";
import { multiaddr } from "@multiformats/multiaddr";
import { equalBytes } from "../../codec/mod.ts";
import { withoutPeerId, withPeerId } from "../discovery/peer_address.ts";
import type { PeerRecord, PeerRecordCodec } from "../discovery/peer_record_codec.ts";
import { InvalidPeerRecordError } from "../errors.ts";
import { type Identity, privateKeyOf } from "./identity.ts";

interface RecordForm {
  readonly domain: string;
  readonly payloadType: Uint8Array;
}

/** What Go and JavaScript use; and what RFC 0003 says, which Rust uses. Records are made in the first form. */
const FORMS: readonly RecordForm[] = [
  { domain: RawRecord.DOMAIN, payloadType: RawRecord.CODEC },
  {
    domain: "libp2p-routing-state",
    payloadType: new TextEncoder().encode("/libp2p/routing-state-record"),
  },
];

/**
 * Make and check signed peer records with the key of a node.
 *
 * @param identity Who signs.
 * @returns The codec.
 * @throws {TypeError} If the identity was not made here.
 */
export function createPeerRecordCodec(identity: Identity): PeerRecordCodec {
  const privateKey = privateKeyOf(identity);
  return {
    async seal(multiaddrs, seq): Promise<Uint8Array> {
      const record = new RawRecord({
        peerId: peerIdFromPublicKey(privateKey.publicKey),
        multiaddrs: multiaddrs.map((address) => multiaddr(withoutPeerId(address, identity.peerId))),
        seqNumber: seq,
      });
      const envelope = await RecordEnvelope.seal(record, privateKey);
      return envelope.marshal();
    },
    open: openPeerRecord,
  };
}

/**
 * Check a signed peer record of any node.
 *
 * @param bytes The record in its envelope, as it was received.
 * @returns What it says.
 * @throws {InvalidPeerRecordError} If it is none, or not signed by the node it is about.
 */
export async function openPeerRecord(bytes: Uint8Array): Promise<PeerRecord> {
  const envelope = await certify(bytes);
  const signer = peerIdFromPublicKey(envelope.publicKey);
  const record = decodeRecord(envelope);
  if (!record.peerId.equals(signer)) {
    throw new InvalidPeerRecordError("it is about another peer than the one that has signed it");
  }
  const peerId = signer.toString();
  return {
    peerId,
    multiaddrs: record.multiaddrs.map((address) => withPeerId(address.toString(), peerId)),
    seq: record.seqNumber,
  };
}

async function certify(bytes: Uint8Array): Promise<RecordEnvelope> {
  const envelope = decodeEnvelope(bytes);
  // The signature covers the type, too, so one that was made for something else does not pass.
  const form = FORMS.find(({ payloadType }) => equalBytes(payloadType, envelope.payloadType));
  if (form === undefined) throw new InvalidPeerRecordError("its envelope holds something else");
  if (await verify(envelope, form.domain)) return envelope;
  throw new InvalidPeerRecordError("its signature is wrong");
}

function decodeEnvelope(bytes: Uint8Array): RecordEnvelope {
  try {
    return RecordEnvelope.createFromProtobuf(bytes);
  } catch (error) {
    throw new InvalidPeerRecordError("its envelope is malformed", error);
  }
}

async function verify(envelope: RecordEnvelope, domain: string): Promise<boolean> {
  try {
    return await envelope.validate(domain);
  } catch (error) {
    throw new InvalidPeerRecordError("its signature is malformed", error);
  }
}

function decodeRecord({ payload }: RecordEnvelope): RawRecord {
  try {
    return RawRecord.createFromProtobuf(payload);
  } catch (error) {
    throw new InvalidPeerRecordError("its payload is malformed", error);
  }
}
