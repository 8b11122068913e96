import assert from "node:assert/strict";
import { toEnvLayer } from "../../../src/config/env_layer.ts";
import { listSettings } from "../../../src/config/mod.ts";

function valuesOf(env: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    [...toEnvLayer(env, "/cwd")].map(([path, { value }]) => [path, value]),
  );
}

Deno.test("toEnvLayer reads every canonical name", () => {
  for (const setting of listSettings()) {
    const text = { boolean: "true", integer: "7", choice: setting.choices[0] }[
      setting.type as string
    ] ?? "/x";
    assert.deepEqual(Object.keys(valuesOf({ [setting.env]: text })), [setting.path]);
  }
});

Deno.test("toEnvLayer keeps the names of the Python server working", () => {
  assert.deepEqual(
    valuesOf({
      MCP_SERVER_NAME: "old",
      MCP_HOST: "0.0.0.0",
      MCP_PORT: "9000",
      MCP_MOUNT_PATH: "/old",
      MCP_DEBUG: "1",
      MCP_DISABLE_P2P: "yes",
      MCP_CORS_ORIGINS: "https://a.example, https://b.example",
    }),
    {
      "server.name": "old",
      "server.host": "0.0.0.0",
      "server.port": 9000,
      "server.mountPath": "/old",
      "log.level": "debug",
      "p2p.enabled": false,
      "server.corsOrigins": ["https://a.example", "https://b.example"],
    },
  );
});

Deno.test("toEnvLayer keeps the names of the Python task queue working, under both prefixes", () => {
  const suffixes: Readonly<Record<string, readonly [string, string, unknown]>> = {
    TASK_P2P_TOKEN: ["p2p.token", "t", "t"],
    TASK_P2P_LISTEN_HOST: ["p2p.listenHost", "127.0.0.1", "127.0.0.1"],
    TASK_P2P_LISTEN_PORT: ["p2p.listenPort", "9100", 9100],
    TASK_P2P_PUBLIC_IP: ["p2p.publicIp", "auto", "auto"],
    TASK_P2P_BOOTSTRAP_PEERS: ["p2p.bootstrapPeers", "/a/p2p/x,/b/p2p/y", ["/a/p2p/x", "/b/p2p/y"]],
    TASK_P2P_MDNS: ["p2p.mdns", "off", false],
    TASK_P2P_ANNOUNCE_FILE: ["p2p.announceFile", "a.json", "/cwd/a.json"],
    TASK_P2P_ENABLE_TOOLS: ["tools.peer", "1", ["*"]],
    TASK_P2P_ENABLE_CACHE: ["p2p.enableCache", "yes", true],
    TASK_P2P_SESSION: ["p2p.session", "s", "s"],
    TASK_WORKER_TASK_TYPES: ["worker.taskTypes", "shell,tool.call", ["shell", "tool.call"]],
    TASK_WORKER_ID: ["worker.name", "w", "w"],
    TASK_QUEUE_RETENTION_S: ["queue.retentionMs", "1.5", 1500],
  };
  for (const [suffix, [path, text, value]] of Object.entries(suffixes)) {
    const accelerate = `IPFS_ACCELERATE_PY_${suffix}`;
    const datasets = `IPFS_DATASETS_PY_${suffix}`;
    assert.deepEqual(valuesOf({ [accelerate]: text }), { [path]: value });
    assert.deepEqual(valuesOf({ [datasets]: text }), { [path]: value });
    const sources = toEnvLayer({ [datasets]: text, [accelerate]: text }, "/cwd");
    assert.equal(sources.get(path)?.source, `env ${accelerate}`);
  }
});

Deno.test("toEnvLayer prefers the canonical name and passes over empty ones", () => {
  assert.deepEqual(valuesOf({ MCPP_PORT: "1", MCP_PORT: "2" }), { "server.port": 1 });
  assert.deepEqual(valuesOf({ MCPP_PORT: " ", MCP_PORT: "2" }), { "server.port": 2 });
});

Deno.test("toEnvLayer takes off for no announce file and no bootstrap peers", () => {
  for (const off of ["0", "false", "no", "OFF"]) {
    assert.deepEqual(
      valuesOf({ MCPP_ANNOUNCE_FILE: off, IPFS_ACCELERATE_PY_TASK_P2P_BOOTSTRAP_PEERS: off }),
      { "p2p.announceFile": false, "p2p.bootstrapPeers": [] },
    );
  }
});

Deno.test("toEnvLayer reads the switch for peers' tools as all of them or none", () => {
  const name = "IPFS_ACCELERATE_PY_TASK_P2P_ENABLE_TOOLS";
  assert.deepEqual(valuesOf({ [name]: "true" }), { "tools.peer": ["*"] });
  assert.deepEqual(valuesOf({ [name]: "0" }), { "tools.peer": [] });
  assert.deepEqual(valuesOf({ [name]: "maybe" }), { "tools.peer": "maybe" });
});

Deno.test("toEnvLayer leaves the level alone when MCP_DEBUG is false", () => {
  assert.deepEqual(valuesOf({ MCP_DEBUG: "0" }), {});
});

Deno.test("toEnvLayer passes on text that does not fit, for the schema to refuse", () => {
  assert.deepEqual(
    valuesOf({
      MCPP_PORT: "8e3",
      MCP_DISABLE_P2P: "maybe",
      IPFS_DATASETS_PY_TASK_QUEUE_RETENTION_S: "soon",
    }),
    { "server.port": "8e3", "p2p.enabled": "maybe", "queue.retentionMs": "soon" },
  );
});
