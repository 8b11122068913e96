import { isJsonObject, type JsonValue, parseJson } from "../../codec/mod.ts";
import { isPeerIdLike, toPeerAddress } from "../discovery/peer_address.ts";
import { isRole } from "./role.ts";
import type { TrustedPeer } from "./trust_list.ts";

const VERSION = 1;
const SOURCES: readonly TrustedPeer["source"][] = ["invite", "join", "command"];

/**
 * The peers in the text of a list.
 *
 * It is all or nothing: whoever ignored an entry that makes no sense might let in a revoked peer.
 *
 * @param text What is in the file; `undefined` if there is none.
 * @returns The peers by id, in their order.
 * @throws {RangeError} If it is no such list.
 * @throws {InvalidJsonError} If it is no JSON.
 */
export function parseTrustList(text: string | undefined): Map<string, TrustedPeer> {
  if (text === undefined) return new Map();
  const content = parseJson(text);
  if (!isJsonObject(content) || content["version"] !== VERSION) {
    throw new RangeError(`it is no list of trusted peers of version ${VERSION}`);
  }
  if (!Array.isArray(content["peers"])) throw new RangeError("it has no list of peers");
  return new Map(content["peers"].map((entry, index) => {
    const peer = parsePeer(entry);
    if (peer === undefined) throw new RangeError(`entry ${index + 1} of its list is not valid`);
    return [peer.peerId, peer];
  }));
}

/** The text of a list. */
export function formatTrustList(peers: Iterable<TrustedPeer>): string {
  return `${JSON.stringify({ version: VERSION, peers: [...peers] }, undefined, 2)}\n`;
}

function parsePeer(value: JsonValue): TrustedPeer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { peerId, roles, isRevoked = false, name, multiaddrs = [], addedMs, source } = value;
  if (typeof peerId !== "string" || !isPeerIdLike(peerId)) return undefined;
  if (!Array.isArray(roles) || !roles.every(isRole)) return undefined;
  if (typeof isRevoked !== "boolean" || isRevoked !== (roles.length === 0)) return undefined;
  if (name !== undefined && typeof name !== "string") return undefined;
  if (typeof addedMs !== "number" || !Array.isArray(multiaddrs)) return undefined;
  const known = SOURCES.find((each) => each === source);
  if (known === undefined) return undefined;
  const addresses = multiaddrs.map((each) =>
    typeof each === "string" ? toPeerAddress(each, peerId) : undefined
  );
  return Object.freeze({
    peerId,
    roles: Object.freeze(roles),
    isRevoked,
    name,
    // An address that leads nowhere harms nobody.
    multiaddrs: Object.freeze(addresses.filter((each) => each !== undefined)),
    addedMs,
    source: known,
  });
}
