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

const inputSchema: z.ZodType<CacheDeleteInput> = z.lazy(() =>
  z.object({
    ...cacheShape,
    replicate: z.boolean().default(true).describe("Whether other nodes forget it as well."),
  })
);

const outputSchema: z.ZodType<CacheDeleteOutput> = z.lazy(() =>
  z.object({
    ...cacheReplyShape,
    deleted: z.boolean().describe("Whether there was a value."),
  })
);

/** Arguments of {@linkcode cacheDelete}, defaults filled in. */
export interface CacheDeleteInput extends CacheInput {
  /** Whether other nodes forget it as well. */
  readonly replicate: boolean;
}

/** Result of {@linkcode cacheDelete}. */
export interface CacheDeleteOutput extends CacheReply {
  /** Whether there was a value. */
  readonly deleted: boolean;
}

/** Forgets a key of the shared cache. */
export const cacheDelete: Tool<CacheToolDeps, CacheDeleteInput, CacheDeleteOutput> = {
  name: "p2p_taskqueue_cache_delete",
  title: "Delete from the cache",
  family: "cache",
  description: "Forget the value under a key of the cache that nodes share.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ deleted, key }) => deleted ? `Forgot "${key}"` : `No value under "${key}"`,
  run: (deps, input, { signal }) =>
    askCache(deps, input, {
      op: "delete cache value",
      ask: async (cache, limited) => {
        const { key, replicate } = input;
        return { deleted: await cache.delete(key, { replicate, signal: limited }) };
      },
      signal,
    }),
};
