import { z } from "zod";
import type { SharedCache } from "../../cache/mod.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { withinTimeout } from "../within_timeout.ts";
import type { CacheToolDeps } from "./deps.ts";

/** Arguments of every cache tool. */
export interface CacheInput extends TargetInput {
  /** The key. */
  readonly key: string;
  /** Longest wait for the answer, in seconds. */
  readonly "timeout_s": number;
}

/** The members of {@linkcode CacheInput}, for the schemas of tools. */
export const cacheShape: {
  readonly key: z.ZodString;
  readonly "timeout_s": z.ZodDefault<z.ZodNumber>;
} & typeof targetShape = {
  key: z.string().min(1),
  "timeout_s": z.number().positive().max(300).default(10),
  ...targetShape,
};

/** Result of every cache tool. */
export interface CacheReply {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The key. */
  readonly key: string;
  /** Node whose cache was asked. */
  readonly "peer_id": string;
}

/** The members of {@linkcode CacheReply}, for the schemas of tools. */
export const cacheReplyShape: {
  readonly ok: z.ZodLiteral<true>;
  readonly key: z.ZodString;
  readonly "peer_id": z.ZodString;
} = {
  ok: z.literal(true),
  key: z.string(),
  "peer_id": z.string().describe("Node whose cache was asked."),
};

/**
 * Ask the cache of a node.
 *
 * @param deps Finds the cache.
 * @param input Which node, and how long to wait.
 * @param options What to ask.
 * @returns The answer, with the members that all answers have.
 */
export async function askCache<T extends object>(
  { caches }: CacheToolDeps,
  input: CacheInput,
  options: AskCacheOptions<T>,
): Promise<CacheReply & T> {
  const { op, ask, signal } = options;
  const target = targetOf(input);
  const cache = caches.cacheOf(target);
  const timeoutMs = toMs(input["timeout_s"]);
  const answer = await withinTimeout((limited) => ask(cache, limited), {
    op,
    target,
    timeoutMs,
    signal,
  });
  return { ok: true, key: input.key, "peer_id": cache.peerId, ...answer };
}

/** What is asked of a cache. */
export interface AskCacheOptions<T> {
  /** For the error, as in `get cache value`. */
  readonly op: string;
  /** Asks it. */
  readonly ask: (cache: SharedCache, signal: AbortSignal) => Promise<T>;
  /** Gives up. */
  readonly signal: AbortSignal;
}
