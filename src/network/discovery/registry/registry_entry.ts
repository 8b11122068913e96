import {
  compareCodePoints,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../../../codec/mod.ts";
import { parseNaiveTime, toNaiveTime } from "./naive_time.ts";

/** More text than any entry has; beyond it nothing is looked at. */
export const MAX_ENTRY_CHARS = 16 * 1024;

/** What a registry holds about one node, as the Python reference writes and reads it. */
export interface RegistryEntry {
  /** The node. */
  readonly peerId: string;
  /** The name under which it has its one entry. */
  readonly runnerName: string;
  /** The host of `multiaddr`, or empty. */
  readonly publicIp: string;
  /** The port of `multiaddr`, or 0. */
  readonly listenPort: number;
  /** The address that is best for whoever reads this. */
  readonly multiaddr: string;
  /** When the node last wrote it, in milliseconds since the Unix epoch, by its own clock. */
  readonly lastSeenMs: number;
  /** What else there is to say; ours holds all addresses as `multiaddrs`. */
  readonly metadata: JsonObject;
}

/**
 * Write an entry, byte for byte as Python's `json.dumps(..., indent=2, sort_keys=True)` does.
 *
 * @param entry The entry.
 * @returns JSON of several lines in ASCII, without a final line break.
 */
export function encodeEntry(entry: RegistryEntry): string {
  const content: JsonObject = {
    "peer_id": entry.peerId,
    "runner_name": entry.runnerName,
    "public_ip": entry.publicIp,
    "listen_port": entry.listenPort,
    "multiaddr": entry.multiaddr,
    "last_seen": toNaiveTime(entry.lastSeenMs),
    "metadata": entry.metadata,
  };
  return escapeNonAscii(JSON.stringify(sortMembers(content), null, 2));
}

/**
 * Read an entry that anybody may have written.
 *
 * @param text JSON.
 * @returns The entry, or `undefined` if the text is no such thing. Its texts are not checked.
 */
export function decodeEntry(text: string): RegistryEntry | undefined {
  const content = text.length > MAX_ENTRY_CHARS ? undefined : tryParse(text);
  if (content === undefined || !isJsonObject(content)) return undefined;
  const { "peer_id": peerId, "runner_name": runnerName, "last_seen": lastSeen } = content;
  const { "public_ip": publicIp, "listen_port": listenPort, multiaddr, metadata = {} } = content;
  if (typeof peerId !== "string" || typeof multiaddr !== "string") return undefined;
  if (typeof runnerName !== "string" || typeof lastSeen !== "string") return undefined;
  const lastSeenMs = parseNaiveTime(lastSeen);
  if (lastSeenMs === undefined) return undefined;
  return {
    peerId,
    runnerName,
    multiaddr,
    lastSeenMs,
    publicIp: typeof publicIp === "string" ? publicIp : "",
    listenPort: typeof listenPort === "number" ? listenPort : 0,
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}

/** What is not JSON is no entry. */
function tryParse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function sortMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort(compareCodePoints);
  return Object.fromEntries(names.map((name) => [name, sortMembers(value[name] ?? null)]));
}

function escapeNonAscii(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
