import assert from "node:assert/strict";
import {
  ConfigError,
  type ConfigProblem,
  loadConfig,
  type LoadConfigOptions,
} from "../../../src/config/mod.ts";

const HOME = { HOME: "/home/ada" };
const DEFAULT_FILE = "/home/ada/.local/share/mcpp/mcpp.json";

/** `loadConfig` over files that exist only here. */
function load(options: LoadConfigOptions, files: Readonly<Record<string, string>> = {}) {
  return loadConfig({
    env: HOME,
    cwd: "/cwd",
    readTextFile: (path) => {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound(path))
        : Promise.resolve(text);
    },
    ...options,
  });
}

async function problemsOf(
  options: LoadConfigOptions,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly ConfigProblem[]> {
  try {
    await load(options, files);
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return error.problems;
  }
  throw new assert.AssertionError({ message: "the configuration was accepted" });
}

Deno.test("loadConfig gives defaults when nothing is set", async () => {
  const config = await load({});
  assert.equal(config.dataDir, "/home/ada/.local/share/mcpp");
  assert.deepEqual(config.server, {
    name: "mcpp",
    host: "127.0.0.1",
    port: 8000,
    mountPath: "/mcp",
    corsOrigins: [],
    allowedHosts: [],
    allowedOrigins: [],
    maxBodyBytes: 4 * 1024 * 1024,
    maxResultBytes: 16 * 1024 * 1024,
    rateLimit: 1000,
    callTimeoutMs: 86_400_000,
    sessionTtlMs: 1_800_000,
    maxSessions: 10_000,
  });
  assert.equal(config.p2p.listenPort, 9710);
  assert.equal(
    config.p2p.announceFile,
    "/home/ada/.cache/ipfs_accelerate_py/task_p2p_announce.json",
  );
  assert.deepEqual(config.log, { level: "info", format: "text" });
  assert.deepEqual(config.tools, { only: [], except: [], peer: [] });
  assert.equal(config.auth.allowUnauthenticated, false);
});

Deno.test("loadConfig prefers flag, then env, then env file, then file, then default", async () => {
  const files = {
    "/cwd/.env": "MCPP_PORT=3\nMCPP_HOST=env-file\nMCPP_SERVER_NAME=env-file\n",
    "/cwd/c.json": '{"server":{"port":4,"host":"file","name":"file","mountPath":"/file"}}',
  };
  const options = { envFile: ".env", configFile: "c.json" };
  const all = await load({
    ...options,
    flags: { "server.port": "1" },
    env: { ...HOME, MCPP_PORT: "2", MCPP_HOST: "env" },
  }, files);
  assert.deepEqual(
    [all.server.port, all.server.host, all.server.name, all.server.mountPath, all.log.level],
    [1, "env", "env-file", "/file", "info"],
  );
});

Deno.test("loadConfig prefers the process environment under an old name to the env file", async () => {
  const config = await load(
    { envFile: ".env", env: { ...HOME, MCP_PORT: "1" } },
    { "/cwd/.env": "MCPP_PORT=2" },
  );
  assert.equal(config.server.port, 1);
});

Deno.test("loadConfig finds the file in the data directory, wherever that was moved", async () => {
  const file = '{"server":{"port":1}}';
  assert.equal((await load({}, { [DEFAULT_FILE]: file })).server.port, 1);
  const moved = { flags: { dataDir: "data" } };
  const config = await load(moved, { "/cwd/data/mcpp.json": file });
  assert.equal(config.server.port, 1);
  assert.equal(config.dataDir, "/cwd/data");
});

Deno.test("loadConfig does not look for a file in the current directory", async () => {
  const config = await load({}, { "/cwd/mcpp.json": '{"server":{"host":"0.0.0.0"}}' });
  assert.equal(config.server.host, "127.0.0.1");
});

Deno.test("loadConfig takes the file that MCPP_CONFIG names, and --config before it", async () => {
  const files = { "/a.json": '{"server":{"port":1}}', "/b.json": '{"server":{"port":2}}' };
  const env = { ...HOME, MCPP_CONFIG: "/a.json" };
  assert.equal((await load({ env }, files)).server.port, 1);
  assert.equal((await load({ env, configFile: "/b.json" }, files)).server.port, 2);
});

Deno.test("loadConfig refuses a named file that is missing, but not the default one", async () => {
  assert.deepEqual(await problemsOf({ configFile: "no.json", envFile: "no.env" }), [
    { path: "", source: "/cwd/no.env", got: "no file", expected: "a readable file" },
    { path: "", source: "/cwd/no.json", got: "no file", expected: "a readable file" },
  ]);
});

Deno.test("loadConfig refuses a default file that cannot be read", async () => {
  const readTextFile = () => Promise.reject(new Deno.errors.PermissionDenied("no permission"));
  assert.deepEqual(await problemsOf({ readTextFile }), [
    { path: "", source: DEFAULT_FILE, got: "no permission", expected: "a readable file" },
  ]);
});

Deno.test("loadConfig refuses a data directory in the file that it found there", async () => {
  const text = '{"dataDir":"/elsewhere"}';
  const [problem] = await problemsOf({}, { [DEFAULT_FILE]: text });
  assert.equal(problem?.path, "dataDir");
  const config = await load({ configFile: "/c.json" }, { "/c.json": text });
  assert.equal(config.dataDir, "/elsewhere");
});

Deno.test("loadConfig resolves relative paths against where they were written", async () => {
  const config = await load({ configFile: "/etc/mcpp/c.json", flags: { dataDir: "data" } }, {
    "/etc/mcpp/c.json": '{"p2p":{"tokenFile":"token"},"text":{"keyFile":"/k"}}',
  });
  assert.equal(config.p2p.tokenFile, "/etc/mcpp/token");
  assert.equal(config.text.keyFile, "/k");
  assert.equal(config.dataDir, "/cwd/data");
});

Deno.test("loadConfig reports all problems at once: path, source, got, expected", async () => {
  const problems = await problemsOf({
    flags: { "server.port": "abc", "p2p.allowPeers": ["x"] },
    env: { ...HOME, MCPP_LOG_LEVEL: "loud" },
  }, { [DEFAULT_FILE]: '{"shutdown":{"graceMs":9000},"server":{"corsOrigins":"*"}}' });
  assert.deepEqual(problems, [
    {
      path: "server.port",
      source: "flag --port",
      got: '"abc"',
      expected: "a whole number from 0 to 65535",
    },
    {
      path: "server.corsOrigins",
      source: DEFAULT_FILE,
      got: '"*"',
      expected: 'a list, each item a web origin such as "https://example.org", or "*"',
    },
    {
      path: "p2p.allowPeers[0]",
      source: "flag --allow-peer",
      got: '"x"',
      expected: 'a peer id such as "12D3KooW...", or with roles "12D3KooW...=submit+work"',
    },
    {
      path: "log.level",
      source: "env MCPP_LOG_LEVEL",
      got: '"loud"',
      expected: '"debug", "info", "warn" or "error"',
    },
    {
      path: "shutdown.graceMs",
      source: DEFAULT_FILE,
      got: "9000",
      expected: "a whole number from 0 to 8000",
    },
  ]);
});

Deno.test("loadConfig says which env file a bad value is in", async () => {
  const [problem] = await problemsOf({ envFile: ".env" }, { "/cwd/.env": "MCPP_PORT=x" });
  assert.equal(problem?.source, "MCPP_PORT in .env");
});

Deno.test("loadConfig refuses to guess a data directory when there is no home", async () => {
  const [problem, ...others] = await problemsOf({ env: {} });
  assert.deepEqual(problem, {
    path: "dataDir",
    source: "default",
    got: "nothing",
    expected: "a path",
  });
  assert.deepEqual(others, []);
  assert.equal((await load({ env: { MCPP_DATA_DIR: "/d" } })).p2p.announceFile, false);
});

Deno.test("loadConfig refuses unknown members of the file and says what was meant", async () => {
  const text = '{"$schema":"x","servr":{},"server":{"prot":1},"listenPort":1,"qqqqqq":"s3cret"}';
  const problems = await problemsOf({}, { [DEFAULT_FILE]: text });
  assert.deepEqual(problems.map(({ path, expected }) => [path, expected]), [
    ["servr", 'a known setting such as "server"'],
    ["server.prot", 'a known setting such as "server.port"'],
    ["listenPort", 'a known setting such as "p2p.listenPort"'],
    ["qqqqqq", "a known setting"],
  ]);
  assert.doesNotMatch(JSON.stringify(problems), /s3cret/);
});

Deno.test("loadConfig does not take a dotted name for a nested one", async () => {
  const [problem] = await problemsOf({}, { [DEFAULT_FILE]: '{"server.port":1}' });
  assert.equal(problem?.path, '"server.port"');
});

Deno.test("loadConfig refuses a file that is not JSON or not an object", async () => {
  const [syntax] = await problemsOf({}, { [DEFAULT_FILE]: "{" });
  assert.equal(syntax?.expected, "JSON");
  const [shape] = await problemsOf({}, { [DEFAULT_FILE]: "[]" });
  assert.deepEqual(shape, { path: "", source: DEFAULT_FILE, got: "[]", expected: "an object" });
  const [group] = await problemsOf({}, { [DEFAULT_FILE]: '{"log":null}' });
  assert.deepEqual([group?.path, group?.expected], ["log", "an object"]);
});

Deno.test("loadConfig never shows a token, and refuses one in the file", async () => {
  const bad = await problemsOf({ env: { ...HOME, MCPP_TOKEN: "s3\x01cret" } });
  assert.equal(bad[0]?.got, "(hidden)");
  const inFile = await problemsOf({}, { [DEFAULT_FILE]: '{"p2p":{"token":"s3cret"}}' });
  assert.match(inFile[0]?.expected ?? "", /p2p.tokenFile/);
  assert.doesNotMatch(JSON.stringify([bad, inFile]), /s3/);
});

Deno.test("loadConfig keeps the more important of token and token file", async () => {
  const file = { [DEFAULT_FILE]: '{"p2p":{"tokenFile":"/file"}}' };
  const env = { ...HOME, MCPP_TOKEN: " env " };
  const fromEnv = (await load({ env }, file)).p2p;
  assert.deepEqual([fromEnv.token, fromEnv.tokenFile], ["env", ""]);
  const fromFlag = (await load({ env, flags: { "p2p.tokenFile": "/flag" } }, file)).p2p;
  assert.deepEqual([fromFlag.token, fromFlag.tokenFile], ["", "/flag"]);
  const both = (await load({ env: { ...env, MCPP_TOKEN_FILE: "/same" } })).p2p;
  assert.deepEqual([both.token, both.tokenFile], ["", "/same"]);
});

Deno.test("loadConfig refuses a flag that does not exist as misuse", async () => {
  await assert.rejects(load({ flags: { "server.prot": "1" } }), TypeError);
  await assert.rejects(load({ flags: { "p2p.token": "secret" } }), TypeError);
});

Deno.test("loadConfig reads the process by default", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dataDir}/mcpp.json`, '{"queue":{"maxAttempts":9}}');
    const config = await loadConfig({ flags: { dataDir } });
    assert.equal(config.queue.maxAttempts, 9);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
