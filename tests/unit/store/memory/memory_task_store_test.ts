import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import { testTaskStore } from "../task_store_conformance.ts";

testTaskStore("MemoryTaskStore", async (body) => {
  await using store = createMemoryTaskStore();
  await body(store);
});
