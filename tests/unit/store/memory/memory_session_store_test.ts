import { createMemorySessionStore } from "../../../../src/store/memory/mod.ts";
import { testSessionStore } from "../session_store_conformance.ts";

testSessionStore("MemorySessionStore", async (body) => {
  await using store = createMemorySessionStore();
  await body(store);
});
