import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import {
  askCache,
  type CacheInput,
  type CacheReply,
  cacheReplyShape,
  cacheShape,
} from "./ask_cache.ts";
import type { CacheToolDeps } from "./deps.ts";

const outputSchema: z.ZodType<CacheHasOutput> = z.lazy(() =>
  z.object({ ...cacheReplyShape, hit: z.boolean() })
);

/** Arguments of {@linkcode cacheHas}, defaults filled in. */
export type CacheHasInput = CacheInput;

/** Result of {@linkcode cacheHas}. */
export interface CacheHasOutput extends CacheReply {
  /** Whether there is a value. */
  readonly hit: boolean;
}

/** Says whether the shared cache has a key. */
export const cacheHas: Tool<CacheToolDeps, CacheHasInput, CacheHasOutput> = {
  name: "p2p_taskqueue_cache_has",
  title: "Look into the cache",
  family: "cache",
  description: "Say whether there is a value under a key of the cache that nodes share.",
  input: z.object({ ...cacheShape }),
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ hit, key }) => `${hit ? "There is a" : "No"} value under "${key}"`,
  run: (deps, input, { signal }) =>
    askCache(deps, input, {
      op: "look into cache",
      ask: async (cache, limited) => ({ hit: await cache.has(input.key, { signal: limited }) }),
      signal,
    }),
};
