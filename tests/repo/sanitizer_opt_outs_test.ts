import assert from "node:assert/strict";
import { listSourceFiles, readSource } from "./source_tree.ts";

/**
 * Test files that switch a sanitizer off, because libp2p leaves a debounce timer, a rate-limiter
 * timer and a BroadcastChannel behind when it stops.
 */
const OPT_OUTS: readonly string[] = [
  "tests/conformance/conformance_test.ts",
  "tests/e2e/crash_test.ts",
  "tests/e2e/fifty_nodes_test.ts",
  "tests/e2e/hostile_test.ts",
  "tests/e2e/malformed_test.ts",
  "tests/e2e/python_peers_test.ts",
  "tests/unit/doctor/examine_peer_test.ts",
  "tests/unit/doctor/examine_this_node_test.ts",
  "tests/unit/network/discovery/rendezvous/rendezvous_libp2p_test.ts",
  "tests/unit/network/libp2p/guard/node_guard_libp2p_test.ts",
  "tests/unit/network/libp2p/kad/kad_libp2p_test.ts",
  "tests/unit/network/libp2p/libp2p_network_test.ts",
  "tests/unit/network/libp2p/reach/autonat/autonat_libp2p_test.ts",
  "tests/unit/network/libp2p/reach/reach_libp2p_test.ts",
  "tests/unit/network/libp2p/swarm_key_test.ts",
  "tests/unit/rpc/rpc_libp2p_test.ts",
  "tests/unit/taskqueue/remote/relayed_task_queue_test.ts",
  "tests/unit/taskqueue/remote/remote_task_queue_libp2p_test.ts",
];

Deno.test("only the listed test files switch sanitizers off", async () => {
  const found: string[] = [];
  for (const path of await listSourceFiles("tests")) {
    if (path.startsWith("tests/repo/")) continue;
    if (/sanitize(Ops|Resources|Exit): *false/.test(await readSource(path))) found.push(path);
  }
  assert.deepEqual(found, OPT_OUTS);
});
