import assert from "node:assert/strict";
import { submitDockerGithub, submitDockerHub } from "../../../../src/tools/mod.ts";
import { createFakeQueueDeps } from "../fake_queue.ts";
import { runBound } from "../run_bound.ts";

function submitting() {
  const receipt = { taskId: "t", peerId: "peer", created: true };
  return createFakeQueueDeps({ submit: () => Promise.resolve(receipt) });
}

Deno.test("p2p_taskqueue_submit_docker_hub leaves out of the payload what is not set", async () => {
  const deps = submitting();
  const { structuredContent } = await runBound(submitDockerHub, deps, {
    image: "alpine",
    command: null,
    "remote_multiaddr": "/ip4/127.0.0.1/tcp/1/p2p/x",
  });
  assert.deepEqual(structuredContent, {
    ok: true,
    "task_id": "t",
    "peer_id": "peer",
    created: true,
  });
  const { input, target } = deps.calls[0] ?? {};
  const { type, model, payload } = input as Record<string, unknown>;
  assert.deepEqual([type, model, payload], ["docker.execute", "docker", { image: "alpine" }]);
  assert.equal(target?.multiaddr, "/ip4/127.0.0.1/tcp/1/p2p/x");
});

Deno.test("p2p_taskqueue_submit_docker_hub puts names it does not know and extra into the payload", async () => {
  const deps = submitting();
  await runBound(submitDockerHub, deps, {
    image: "alpine",
    command: ["echo", "hi"],
    entrypoint: "/bin/sh -c",
    environment: { A: "1" },
    volumes: { "/h": "/c:ro" },
    "memory_limit": "1g",
    timeout: 60,
    extra: { image: "evil", timeout: 1, gpus: true, user: null },
    "remote_peer_id": "far",
  });
  assert.deepEqual((deps.calls[0]?.input as Record<string, unknown>)["payload"], {
    image: "alpine",
    command: ["echo", "hi"],
    entrypoint: "/bin/sh -c",
    environment: { A: "1" },
    volumes: { "/h": "/c:ro" },
    "memory_limit": "1g",
    timeout: 60,
    gpus: true,
  });
});

Deno.test("p2p_taskqueue_submit_docker_hub reads what the payload says about its task", async () => {
  const deps = submitting();
  await runBound(submitDockerHub, deps, {
    image: "alpine",
    priority: 9,
    "idempotency_key": "k",
    extra: { "session_id": "s", "sticky_worker_id": "w" },
  });
  const { payload: _payload, ...task } = deps.calls[0]?.input as Record<string, unknown>;
  assert.deepEqual(task, {
    type: "docker.execute",
    model: "docker",
    priority: 9,
    idempotencyKey: "k",
    session: "s",
    stickyWorker: "w",
  });
});

Deno.test("p2p_taskqueue_submit_docker_github gives branch, Dockerfile and context their defaults", async () => {
  const deps = submitting();
  await runBound(submitDockerGithub, deps, {
    "repo_url": "https://example.org/r.git",
    "build_args": { V: "1" },
  });
  const { type, model, payload } = deps.calls[0]?.input as Record<string, unknown>;
  assert.deepEqual([type, model], ["docker.github", "docker"]);
  assert.deepEqual(payload, {
    "repo_url": "https://example.org/r.git",
    branch: "main",
    "dockerfile_path": "Dockerfile",
    "context_path": ".",
    "build_args": { V: "1" },
  });
});

Deno.test("the tools that submit containers refuse what has no image or repository", async () => {
  for (const tool of [submitDockerHub, submitDockerGithub]) {
    const result = await runBound(tool as typeof submitDockerHub, submitting(), { command: "x" });
    assert.equal(result.structuredContent["code"], "invalid_arguments");
  }
});
