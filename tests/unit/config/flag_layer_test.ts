import assert from "node:assert/strict";
import { toFlagLayer } from "../../../src/config/flag_layer.ts";

Deno.test("toFlagLayer reads text, booleans and repeated flags", () => {
  const layer = toFlagLayer({
    "server.port": "0",
    "p2p.enabled": false,
    "p2p.allowPeers": ["a,b", "c"],
    "dataDir": "d",
    "log.level": undefined,
  }, "/cwd");
  assert.deepEqual([...layer], [
    ["server.port", { value: 0, source: "flag --port" }],
    ["p2p.enabled", { value: false, source: "flag --no-p2p" }],
    ["p2p.allowPeers", { value: ["a", "b", "c"], source: "flag --allow-peer" }],
    ["dataDir", { value: "/cwd/d", source: "flag --data-dir" }],
  ]);
});

Deno.test("toFlagLayer takes the last of a single-valued flag that was repeated", () => {
  assert.equal(toFlagLayer({ "server.port": ["1", "2"] }, "/").get("server.port")?.value, 2);
});
