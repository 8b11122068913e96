import { isJsonObject, type JsonObject } from "../codec/mod.ts";
import { ANONYMOUS, hasScope, type PromptContext } from "../mcp/server/mod.ts";
import { askPeers, listPeerRows, type PeerRow } from "../tools/mod.ts";
import type { PromptDeps } from "./deps.ts";
import { formatDuration } from "./format_duration.ts";
import { toFact, toFacts } from "./to_fact.ts";

/** More peers are not asked. */
const MAX_PEERS = 10;

/** A prompt does not wait longer for a peer. */
const ASK_TIMEOUT_MS = 3_000;

/** Which peers are described, and for whom. */
export interface DescribePeersOptions {
  /** Only this one. @default {undefined} those seen last */
  readonly peerId?: string | undefined;
  /** For whom. */
  readonly context: PromptContext;
}

/**
 * Sentences about the peers around, which are asked what they can do.
 *
 * @param deps The neighbours.
 * @param options Which peers.
 * @returns A sentence for each.
 */
export async function describePeers(
  { neighbourhood, queues }: Pick<PromptDeps, "neighbourhood" | "queues">,
  { peerId, context: { principal = ANONYMOUS, signal } }: DescribePeersOptions,
): Promise<readonly string[]> {
  if (neighbourhood === undefined || !hasScope(principal, "peers:read")) return [];
  const rows = listPeerRows(neighbourhood)
    .filter((row) => peerId === undefined ? row.alive : row["peer_id"] === peerId)
    .filter(({ revoked }) => revoked !== true);
  const asked = await askPeers(rows.slice(0, MAX_PEERS), {
    queues,
    timeoutMs: ASK_TIMEOUT_MS,
    signal,
  });
  return asked.map(describePeer);
}

function describePeer(row: PeerRow): string {
  const name = row.name === undefined ? "" : ` (called ${toFact(row.name)})`;
  const seen = row.connected ? "connected" : `seen ${formatDuration(row["age_s"] * 1_000)} ago`;
  const head = `${toFact(row["peer_id"])}${name}, ${seen}`;
  const { capabilities: reply } = row;
  if (reply === undefined) {
    return `${head}; it did not say what it takes: ${toFact(row["capabilities_error"] ?? "")}`;
  }
  const told = reply["capabilities"] ?? null;
  const capabilities = isJsonObject(told) ? told : {};
  const models = textsOf(capabilities, "models");
  return `${head}; takes ${toFacts(textsOf(capabilities, "task_types"), "no tasks itself")}` +
    (models.length === 0 ? "" : `; has the models ${toFacts(models, "")}`);
}

function textsOf(object: JsonObject, name: string): readonly string[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
