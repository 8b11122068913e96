import assert from "node:assert/strict";
import { ADAPTER_DOORS, folderOf, listSourceFiles, readImports } from "./source_tree.ts";

/** What each folder may import besides itself. `docs/architecture.md` shows the same table. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  error: [],
  codec: ["error"],
  concurrency: ["error"],
  telemetry: ["error"],
  file: [],
  config: ["error"],
  task: ["error", "codec"],
  scheduling: ["error", "codec"],
  store: ["error", "codec", "concurrency", "telemetry", "task"],
  cache: ["error", "codec", "concurrency", "telemetry", "store"],
  network: ["error", "codec", "concurrency", "telemetry", "file"],
  rpc: ["error", "codec", "concurrency", "telemetry", "network"],
  taskqueue: [
    "error",
    "codec",
    "concurrency",
    "telemetry",
    "task",
    "scheduling",
    "store",
    "cache",
    "network",
    "rpc",
  ],
  worker: ["error", "codec", "concurrency", "telemetry", "task", "taskqueue"],
  mcp: ["error", "codec", "concurrency", "telemetry", "file", "store", "network", "rpc"],
  tools: ["error", "codec", "concurrency", "task", "cache", "taskqueue", "mcp"],
  resources: ["error", "codec", "concurrency", "task", "taskqueue", "mcp", "tools"],
  prompts: ["error", "codec", "concurrency", "task", "taskqueue", "mcp", "tools"],
  http: ["error", "codec", "concurrency", "telemetry", "mcp"],
  doctor: ["error", "codec", "concurrency", "network", "taskqueue"],
  app: [
    "error",
    "file",
    "codec",
    "concurrency",
    "telemetry",
    "config",
    "task",
    "scheduling",
    "store",
    "cache",
    "network",
    "rpc",
    "taskqueue",
    "worker",
    "mcp",
    "tools",
    "resources",
    "prompts",
    "http",
    "doctor",
  ],
  cli: ["error", "codec", "concurrency", "telemetry", "config", "mcp", "app"],
};

/** Packages that only one folder may import. */
const HOMES: readonly (readonly [RegExp, string])[] = [
  [/^(npm:)?(@libp2p\/|libp2p(@|$)|@multiformats\/multiaddr)/, "src/network/libp2p/"],
  [/^(npm:)?@modelcontextprotocol\//, "src/mcp/"],
  [/^(npm:)?@logtape\//, "src/telemetry/"],
  [/^(npm:)?multicast-dns/, "src/network/discovery/mdns/"],
  [/^(npm:)?@octokit\//, "src/network/discovery/registry/"],
  [/^(npm:)?(commander|ora|uqr)/, "src/cli/"],
  [/^(npm:)?jose/, "src/http/"],
  [/^node:sqlite/, "src/store/sqlite/"],
];

const sources = await listSourceFiles("src");
const imports = await readImports(["main.ts", "mod.ts", ...sources]);

Deno.test("every folder of src is in the import table", () => {
  const folders = new Set(sources.map(folderOf));
  assert.deepEqual([...folders].sort(), Object.keys(ALLOWED).sort());
});

Deno.test("a folder imports only the folders that the table allows", () => {
  const wrong = imports.filter(({ from, to, isPackage }) => {
    const [source, target] = [folderOf(from), folderOf(to)];
    if (isPackage || source === undefined || source === target) return false;
    return target === undefined ? to !== "deno.json" : !ALLOWED[source]?.includes(target);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("other folders are entered through their doors", () => {
  const wrong = imports.filter(({ from, to, isPackage }) => {
    const target = folderOf(to);
    if (isPackage || target === undefined || target === folderOf(from)) return false;
    return to !== `src/${target}/mod.ts` && !ADAPTER_DOORS.includes(to);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("heavy packages are imported in one place each", () => {
  const wrong = imports.filter(({ from, to }) =>
    from.startsWith("src/") &&
    HOMES.some(([packages, home]) => packages.test(to) && !from.startsWith(home))
  );
  assert.deepEqual(wrong, []);
});

Deno.test("no import names a registry", () => {
  const wrong = imports.filter(({ to }) => /^(https?:|jsr:|npm:)/.test(to));
  assert.deepEqual(wrong, []);
});
