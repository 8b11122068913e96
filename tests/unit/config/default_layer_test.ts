import assert from "node:assert/strict";
import { defaultAnnounceFile, defaultDataDir } from "../../../src/config/default_layer.ts";

Deno.test("defaultDataDir follows XDG and falls back to the home directory", () => {
  assert.equal(defaultDataDir({ XDG_DATA_HOME: "/x", HOME: "/h" }), "/x/mcpp");
  assert.equal(defaultDataDir({ HOME: "/h" }), "/h/.local/share/mcpp");
  assert.equal(defaultDataDir({ USERPROFILE: "/u" }), "/u/.local/share/mcpp");
});

Deno.test("defaultDataDir ignores a variable that is empty or relative, as XDG says", () => {
  assert.equal(defaultDataDir({ XDG_DATA_HOME: "x", HOME: "/h" }), "/h/.local/share/mcpp");
  assert.equal(defaultDataDir({ XDG_DATA_HOME: "", HOME: "" }), undefined);
});

Deno.test("defaultAnnounceFile is where Python clients look", () => {
  const file = "ipfs_accelerate_py/task_p2p_announce.json";
  assert.equal(defaultAnnounceFile({ XDG_CACHE_HOME: "/c" }), `/c/${file}`);
  assert.equal(defaultAnnounceFile({ HOME: "/h" }), `/h/.cache/${file}`);
  assert.equal(defaultAnnounceFile({}), false);
});
