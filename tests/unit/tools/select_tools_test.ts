import assert from "node:assert/strict";
import { bindTool } from "../../../src/mcp/mod.ts";
import {
  cacheGet,
  cacheSet,
  callPeerTool,
  cancelTask,
  echo,
  listPeers,
  selectTools,
  serverInfo,
  submitDockerHub,
  type ToolSelection,
  UnknownToolPatternError,
} from "../../../src/tools/mod.ts";

// deno-lint-ignore no-explicit-any -- nothing is called.
const deps: any = {};
const tools = [
  bindTool(echo, deps),
  bindTool(serverInfo, deps),
  bindTool(cancelTask, deps),
  bindTool(submitDockerHub, deps),
  bindTool(cacheGet, deps),
  bindTool(cacheSet, deps),
  bindTool(listPeers, deps),
  bindTool(callPeerTool, deps),
];

function select(selection: ToolSelection): readonly string[] {
  return selectTools(tools, selection).map(({ name }) => name);
}

const ALL = tools.map(({ name }) => name);

Deno.test("selectTools keeps all tools if nothing is selected", () => {
  assert.deepEqual(select({}), ALL);
  assert.deepEqual(select({ only: [], except: [] }), ALL);
});

Deno.test("selectTools keeps families, names and forms of names, in the order of the table", () => {
  assert.deepEqual(select({ only: ["cache", "echo"] }), [
    "echo",
    "p2p_taskqueue_cache_get",
    "p2p_taskqueue_cache_set",
  ]);
  assert.deepEqual(select({ only: ["*_docker_*", "server_*", "list_peers"] }), [
    "server_info",
    "p2p_taskqueue_submit_docker_hub",
    "list_peers",
  ]);
  assert.deepEqual(select({ only: ["*"] }), ALL);
});

Deno.test("selectTools leaves out, also of what it keeps", () => {
  assert.deepEqual(select({ only: ["cache"], except: ["*_set"] }), ["p2p_taskqueue_cache_get"]);
  const except = ["docker", "peers", "tasks", "cache"];
  assert.deepEqual(select({ except }), ["echo", "server_info"]);
});

Deno.test("selectTools takes the letters of a pattern as they are", () => {
  assert.throws(() => select({ only: ["ech."] }), UnknownToolPatternError);
  assert.throws(() => select({ only: ["(*"] }), UnknownToolPatternError);
  assert.throws(() => select({ only: ["ECHO"] }), UnknownToolPatternError);
});

Deno.test("selectTools names all patterns that fit nothing, and the families", () => {
  assert.throws(() => select({ only: ["echo", "task"], except: ["dockers*"] }), {
    name: "UnknownToolPatternError",
    code: "unknown_tool_pattern",
    message: 'Cannot select tools as no tool fits: pattern "task", "dockers*"',
    hint: "Give a tool's name, a name with *, or a family: cache, docker, peers, system, tasks",
  });
});
