import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { testTaskStore } from "../task_store_conformance.ts";
import { withDirectory } from "./with_directory.ts";

testTaskStore("SqliteTaskStore", (body) =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path });
    await body(store);
  }));
