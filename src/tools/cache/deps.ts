import type { CacheDirectory } from "../cache_directory.ts";

/** What the cache tools need. */
export interface CacheToolDeps {
  /** Finds the cache of a node. */
  readonly caches: CacheDirectory;
}
