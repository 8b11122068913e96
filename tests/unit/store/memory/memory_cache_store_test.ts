import { createMemoryCacheStore } from "../../../../src/store/memory/mod.ts";
import { testCacheStore } from "../cache_store_conformance.ts";

testCacheStore("MemoryCacheStore", async (body) => {
  await using store = createMemoryCacheStore();
  await body(store);
});
