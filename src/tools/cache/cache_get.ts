import { z } from "zod";
import type { CacheLookup } from "../../cache/mod.ts";
import type { JsonValue } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { jsonValue } from "../json_schema.ts";
import {
  askCache,
  type CacheInput,
  type CacheReply,
  cacheReplyShape,
  cacheShape,
} from "./ask_cache.ts";
import type { CacheToolDeps } from "./deps.ts";

const outputSchema: z.ZodType<CacheGetOutput> = z.lazy(() =>
  z.object({
    ...cacheReplyShape,
    hit: z.boolean().describe("Whether there is a value; it may be null."),
    value: jsonValue,
    "expires_at": z.number().nullable().optional().describe(
      "Seconds since the epoch; null for never.",
    ),
    sha256: z.string().optional().describe("Of the value as canonical JSON."),
  })
);

/** Arguments of {@linkcode cacheGet}, defaults filled in. */
export type CacheGetInput = CacheInput;

/** Result of {@linkcode cacheGet}. */
export interface CacheGetOutput extends CacheReply {
  /** Whether there is a value. */
  readonly hit: boolean;
  /** The value; `null` also if there is none. */
  readonly value: JsonValue;
  /** When it is forgotten, in seconds since the epoch; `null` for never. */
  readonly "expires_at"?: number | null | undefined;
  /** Hash of the value as canonical JSON. */
  readonly sha256?: string | undefined;
}

/** Reads a value from the shared cache. */
export const cacheGet: Tool<CacheToolDeps, CacheGetInput, CacheGetOutput> = {
  name: "p2p_taskqueue_cache_get",
  title: "Get from the cache",
  family: "cache",
  description:
    "Return the value under a key of the cache that nodes share. null is a value: hit says whether " +
    "there is one.",
  input: z.object({ ...cacheShape }),
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ hit, key, value }) => hit ? JSON.stringify(value) : `No value under "${key}"`,
  run: (deps, input, { signal }) =>
    askCache<Omit<CacheGetOutput, keyof CacheReply>>(deps, input, {
      op: "get cache value",
      ask: async (cache, limited) => toMembers(await cache.get(input.key, { signal: limited })),
      signal,
    }),
};

function toMembers(lookup: CacheLookup): Omit<CacheGetOutput, keyof CacheReply> {
  if (!lookup.hit) return { hit: false, value: null };
  const { value, expiresAtMs, sha256 } = lookup;
  return {
    hit: true,
    value,
    "expires_at": expiresAtMs === null ? null : expiresAtMs / 1000,
    sha256,
  };
}
