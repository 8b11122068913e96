import assert from "node:assert/strict";
import { bindTool, type Tool } from "../../../src/mcp/mod.ts";
import * as tools from "../../../src/tools/mod.ts";

type Hints = readonly [readOnly: boolean, destructive: boolean, idempotent: boolean, open: boolean];

const READS: Hints = [true, false, true, true];
const ADDS: Hints = [false, false, false, true];
const REPEATABLE: Hints = [false, false, true, true];
const REPLACES: Hints = [false, true, true, true];

const HINTS: Readonly<Record<string, Hints>> = {
  echo: [true, false, true, false],
  "server_info": [true, false, true, false],
  "list_peers": READS,
  "peer_status": READS,
  discover: READS,
  connect: REPEATABLE,
  disconnect: REPLACES,
  "p2p_taskqueue_status": READS,
  "p2p_taskqueue_list_tasks": READS,
  "p2p_taskqueue_get_task": READS,
  "p2p_taskqueue_wait_task": READS,
  "p2p_taskqueue_watch": READS,
  "p2p_taskqueue_counts": READS,
  "p2p_taskqueue_cache_get": READS,
  "p2p_taskqueue_cache_has": READS,
  "p2p_taskqueue_submit": ADDS,
  "p2p_taskqueue_submit_docker_hub": ADDS,
  "p2p_taskqueue_submit_docker_github": ADDS,
  "p2p_taskqueue_claim_next": ADDS,
  "p2p_taskqueue_retry": ADDS,
  "p2p_taskqueue_complete_task": REPEATABLE,
  "p2p_taskqueue_heartbeat": REPEATABLE,
  "p2p_taskqueue_cancel": REPLACES,
  "p2p_taskqueue_cache_set": REPLACES,
  "p2p_taskqueue_cache_delete": REPLACES,
  "p2p_taskqueue_call_tool": [false, true, false, true],
};

const all = Object.values(tools).filter((value) =>
  typeof value === "object" && "name" in value && "run" in value
) as unknown as readonly Tool<unknown, unknown, unknown>[];

Deno.test("every tool has all four hints, and those that fit what it does", () => {
  const hints = Object.fromEntries(all.map(({ name, annotations }) => [name, [
    annotations?.readOnlyHint,
    annotations?.destructiveHint,
    annotations?.idempotentHint,
    annotations?.openWorldHint,
  ]]));
  assert.deepEqual(hints, HINTS);
});

Deno.test("every tool says itself in JSON Schema, each argument with its type", () => {
  for (const tool of all) {
    const { inputSchema, outputSchema, description } = bindTool(tool, {}).definition;
    assert.equal(inputSchema["type"], "object", tool.name);
    assert.equal(outputSchema?.["type"], "object", tool.name);
    assert.ok(description.length > 20, tool.name);
  }
});

Deno.test("every tool belongs to a family, and its caller needs the scope for what it does", () => {
  const scopes: Record<string, string[]> = {};
  for (const tool of all) (scopes[bindTool(tool, {}).scope] ??= []).push(tool.name);
  for (const names of Object.values(scopes)) names.sort();
  assert.deepEqual(scopes, {
    "system:read": ["echo", "server_info"],
    "peers:read": ["discover", "list_peers", "peer_status"],
    "peers:write": ["connect", "disconnect", "p2p_taskqueue_call_tool"],
    "cache:read": ["p2p_taskqueue_cache_get", "p2p_taskqueue_cache_has"],
    "cache:write": ["p2p_taskqueue_cache_delete", "p2p_taskqueue_cache_set"],
    "docker:write": ["p2p_taskqueue_submit_docker_github", "p2p_taskqueue_submit_docker_hub"],
    "tasks:read": [
      ...["p2p_taskqueue_counts", "p2p_taskqueue_get_task", "p2p_taskqueue_list_tasks"],
      ...["p2p_taskqueue_status", "p2p_taskqueue_wait_task", "p2p_taskqueue_watch"],
    ],
    "tasks:write": [
      ...["p2p_taskqueue_cancel", "p2p_taskqueue_claim_next", "p2p_taskqueue_complete_task"],
      ...["p2p_taskqueue_heartbeat", "p2p_taskqueue_retry", "p2p_taskqueue_submit"],
    ],
  });
});

/** Arguments of the Python tools, all of which agents may give. */
const PYTHON_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  "p2p_taskqueue_status": ["remote_multiaddr", "peer_id", "timeout_s", "detail"],
  "p2p_taskqueue_submit": ["task_type", "model_name", "payload", "remote_multiaddr", "peer_id"],
  "p2p_taskqueue_claim_next": [
    ...["worker_id", "supported_task_types", "peer_id", "clock"],
    ...["remote_multiaddr", "remote_peer_id"],
  ],
  "p2p_taskqueue_call_tool": [
    ...["tool_name", "args", "remote_multiaddr", "remote_peer_id", "timeout_s"],
  ],
  "p2p_taskqueue_list_tasks": [
    ...["status", "limit", "task_types", "remote_multiaddr", "remote_peer_id"],
  ],
  "p2p_taskqueue_get_task": ["task_id", "remote_multiaddr", "remote_peer_id"],
  "p2p_taskqueue_wait_task": ["task_id", "timeout_s", "remote_multiaddr", "remote_peer_id"],
  "p2p_taskqueue_complete_task": [
    ...["task_id", "status", "result", "error", "remote_multiaddr", "remote_peer_id"],
  ],
  "p2p_taskqueue_heartbeat": ["peer_id", "clock", "remote_multiaddr", "remote_peer_id"],
  "p2p_taskqueue_cache_get": ["key", "timeout_s", "remote_multiaddr", "remote_peer_id"],
  "p2p_taskqueue_cache_set": [
    ...["key", "value", "ttl_s", "timeout_s", "remote_multiaddr", "remote_peer_id"],
  ],
  "p2p_taskqueue_submit_docker_hub": [
    ...["image", "command", "entrypoint", "environment", "volumes"],
    ...["remote_multiaddr", "remote_peer_id", "extra"],
  ],
  "p2p_taskqueue_submit_docker_github": [
    ...["repo_url", "branch", "dockerfile_path", "context_path", "command", "entrypoint"],
    ...["environment", "build_args", "remote_multiaddr", "remote_peer_id", "extra"],
  ],
  "list_peers": [
    ...["include_capabilities", "capabilities_timeout_s", "capabilities_detail", "discover"],
    ...["discovery_timeout_s", "discovery_methods", "limit"],
  ],
};

Deno.test("the tools of the Python task queue have all of its arguments", () => {
  assert.equal(Object.keys(PYTHON_ARGUMENTS).length, 14);
  for (const [name, expected] of Object.entries(PYTHON_ARGUMENTS)) {
    const tool = all.find((tool) => tool.name === name);
    assert.ok(tool, name);
    const { properties } = bindTool(tool, {}).definition.inputSchema;
    const known = Object.keys(properties as object);
    assert.deepEqual(expected.filter((argument) => !known.includes(argument)), [], name);
  }
});
