import assert from "node:assert/strict";
import { echo, serverInfo } from "../../../src/tools/mod.ts";
import { runBound } from "./run_bound.ts";

Deno.test("echo returns the text it is given", async () => {
  const { structuredContent, content } = await runBound(echo, undefined, { text: "hi" });
  assert.deepEqual(structuredContent, { text: "hi" });
  assert.equal(content[0].text, "hi");
});

Deno.test("server_info describes the node, times in seconds", async () => {
  const describeServer = () => ({
    name: "mcpp",
    version: "1.2.3",
    peerId: "",
    multiaddrs: [],
    taskTypes: ["tool.call"],
    tools: ["echo"],
    startedAtMs: 2_000,
    uptimeMs: 500,
  });
  const { structuredContent, content } = await runBound(serverInfo, { describeServer }, {});
  assert.deepEqual(structuredContent, {
    ok: true,
    name: "mcpp",
    version: "1.2.3",
    "peer_id": "",
    multiaddrs: [],
    "task_types": ["tool.call"],
    tools: ["echo"],
    "started_at": 2,
    "uptime_s": 0.5,
  });
  assert.equal(content[0].text, "mcpp 1.2.3, peer none, tasks: tool.call");
});

Deno.test("server_info says whether peers reach the node from outside", async () => {
  const describeServer = () => ({
    ...{ name: "mcpp", version: "1.2.3", peerId: "a", multiaddrs: [], taskTypes: [], tools: [] },
    ...{ startedAtMs: 0, uptimeMs: 0, reachability: "private" as const },
  });
  const { structuredContent } = await runBound(serverInfo, { describeServer }, {});
  assert.equal(structuredContent["reachability"], "private");
});
