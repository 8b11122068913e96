import assert from "node:assert/strict";
import { listAnnouncePaths } from "../../../src/app/announce_paths.ts";

Deno.test("listAnnouncePaths begins with the node's own, and has that of each other program once", () => {
  const own = "/home/ada/.cache/ipfs_accelerate_py/task_p2p_announce.json";
  const paths = listAnnouncePaths(own);
  assert.equal(paths[0], own);
  assert.equal(new Set(paths).size, paths.length);
  assert.ok(paths.includes("/home/ada/.cache/ipfs_datasets_py/task_p2p_announce.json"));
  assert.ok(paths.includes("state/task_p2p_announce.json"));
});

Deno.test("listAnnouncePaths looks nowhere if the node announces itself nowhere", () => {
  assert.deepEqual(listAnnouncePaths(false), []);
});
