import type { McpClient } from "../../mcp/mod.ts";
import { UsageError } from "../errors.ts";
import { shownPeersSchema } from "./shown_peer.ts";

/** All forms of peer ids are at least so long; names and ends of ids are taken for what they are. */
const WHOLE_ID_LENGTH = 40;
const MIN_END_LENGTH = 4;
const MAX_PEERS = 1000;

/** Where a peer is looked for. */
export interface FindPeerIdOptions {
  /** Knows the peers. */
  readonly client: McpClient;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * The peer that a person means.
 *
 * @param given Its id, the end of it, or its name.
 * @param options Where it is looked for.
 * @returns Its id.
 * @throws {UsageError} If that is nobody, or might be several.
 */
export async function findPeerId(given: string, options: FindPeerIdOptions): Promise<string> {
  const text = given.trim().replace(/^…/, "");
  if (text.length >= WHOLE_ID_LENGTH) return text;
  const { client, signal } = options;
  const args = { discover: false, limit: MAX_PEERS };
  const result = await client.callTool("list_peers", args, { signal });
  // Whoever cannot list peers says why when it is asked about one.
  if (result.isError) return text;
  const { peers } = shownPeersSchema.parse(result.structuredContent);
  const named = peers.filter(({ name }) => name === text);
  const ending = text.length < MIN_END_LENGTH
    ? []
    : peers.filter((peer) => peer["peer_id"].endsWith(text));
  const matches = named.length > 0 ? named : ending;
  const [match, another] = matches;
  if (match === undefined) throw createError(`no known peer has this name or end of an id`, given);
  if (another !== undefined) throw createError(`${matches.length} peers are called so`, given);
  return match["peer_id"];
}

function createError(reason: string, given: string): UsageError {
  return new UsageError(`Cannot tell which peer is meant as ${reason}: "${given}"`, {
    hint: "Give a whole peer id; mcpp peers --json lists them",
  });
}
