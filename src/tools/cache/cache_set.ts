import { z } from "zod";
import type { JsonValue } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { jsonValue } from "../json_schema.ts";
import { toMs } from "../seconds.ts";
import {
  askCache,
  type CacheInput,
  type CacheReply,
  cacheReplyShape,
  cacheShape,
} from "./ask_cache.ts";
import type { CacheToolDeps } from "./deps.ts";

const inputSchema: z.ZodType<CacheSetInput> = z.lazy(() =>
  z.object({
    ...cacheShape,
    value: jsonValue.describe("Any JSON value; null is one."),
    "ttl_s": z.number().nullable().default(null).describe(
      "Seconds until it is forgotten. null, 0 or less: never, room permitting.",
    ),
    replicate: z.boolean().default(true).describe("Whether other nodes get it as well."),
  })
);

/** Arguments of {@linkcode cacheSet}, defaults filled in. */
export interface CacheSetInput extends CacheInput {
  /** The value. */
  readonly value: JsonValue;
  /** Seconds until it is forgotten; `null`, 0 or less for never. */
  readonly "ttl_s": number | null;
  /** Whether other nodes get it as well. */
  readonly replicate: boolean;
}

/** Result of {@linkcode cacheSet}. */
export type CacheSetOutput = CacheReply;

/** Keeps a value in the shared cache. */
export const cacheSet: Tool<CacheToolDeps, CacheSetInput, CacheSetOutput> = {
  name: "p2p_taskqueue_cache_set",
  title: "Put into the cache",
  family: "cache",
  description:
    "Keep a JSON value under a key of the cache that nodes share, instead of what is there.",
  input: inputSchema,
  output: z.object({ ...cacheReplyShape }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ key }) => `Kept under "${key}"`,
  run: (deps, input, { signal }) =>
    askCache(deps, input, {
      op: "set cache value",
      ask: async (cache, limited) => {
        const { key, value, replicate } = input;
        const ttlMs = toTtlMs(input["ttl_s"]);
        await cache.set(key, value, { ttlMs, replicate, signal: limited });
        return {};
      },
      signal,
    }),
};

/** 0 means never, as for Python. */
function toTtlMs(seconds: number | null): number | undefined {
  return seconds === null || seconds <= 0 ? undefined : Math.max(1, toMs(seconds));
}
