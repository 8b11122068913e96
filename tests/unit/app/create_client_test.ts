import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callTool, createClient, createClientPool } from "../../../src/app/mod.ts";
import { createConfig } from "../../../src/config/mod.ts";
import { createMemoryTokenStore } from "../../../src/mcp/client/mod.ts";
import { openMockServer } from "../mcp/client/mock_server.ts";
import { clickThrough, openMockAuthorization } from "../mcp/client/oauth/mock_authorization.ts";

const PROGRAM = {
  command: Deno.execPath(),
  args: [
    "run",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--allow-env",
    fileURLToPath(import.meta.resolve("../mcp/client/stdio_server.ts")),
    "plain",
  ],
};

/** A list of servers in a file. */
async function withList(servers: unknown, body: (file: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const file = join(directory, "mcp.json");
    await Deno.writeTextFile(file, JSON.stringify({ mcpServers: servers }));
    await body(file);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("createClient starts a program, which gets no secrets of this one", async () => {
  Deno.env.set("MCPP_TEST_SECRET", "secret");
  try {
    const target = { ...PROGRAM, env: { GIVEN: "yes" } };
    await using client = await createClient(target);
    const read = async (name: string) => (await client.callTool("env", { name })).text;
    assert.equal(await read("GIVEN"), "yes");
    assert.equal(await read("PATH"), Deno.env.get("PATH"));
    assert.equal(await read("MCPP_TEST_SECRET"), "(none)");
  } finally {
    Deno.env.delete("MCPP_TEST_SECRET");
  }
});

Deno.test("createClient starts a program that is given as a text", async () => {
  const { command, args } = PROGRAM;
  const text = `stdio:${[command, ...args].map((word) => `"${word}"`).join(" ")}`;
  const result = await callTool(text, "env", { name: "NOWHERE" });
  assert.equal(result.text, "(none)");
});

Deno.test("createClient uses servers of a list, the first that answers", async () => {
  await using server = openMockServer({ era: "modern" });
  const gone = openMockServer({ era: "modern" });
  await gone[Symbol.asyncDispose]();
  const servers = { gone: { url: gone.url }, here: { url: server.url } };
  await withList(servers, async (file) => {
    await using client = await createClient({ server: ["gone", "here"], file });
    assert.equal((await client.callTool("echo", { n: 1 })).text, '{"n":1}');
  });
});

Deno.test("createClient sends a listed server its own headers, and no token of others", async () => {
  await using server = openMockServer({ era: "modern" });
  const servers = { here: { url: server.url, headers: { "x-key": "${KEY:-abc}" } } };
  await withList(servers, async (file) => {
    await using _client = await createClient({ server: "here", file }, { bearer: "for others" });
  });
  const headers = server.requests[0]?.request.headers;
  assert.deepEqual([headers?.get("x-key"), headers?.get("authorization")], ["abc", null]);
});

Deno.test("createClient presents a bearer token to a URL", async () => {
  await using server = openMockServer({ era: "modern" });
  await using _client = await createClient(server.url, { bearer: "s3cret" });
  assert.equal(server.requests[0]?.request.headers.get("authorization"), "Bearer s3cret");
});

Deno.test("createClient logs in when a server wants it, and keeps the login in the data directory", async () => {
  await using authorization = openMockAuthorization();
  const dataDir = await Deno.makeTempDir();
  try {
    const config = createConfig({ dataDir });
    const grant = { type: "authorization_code", openBrowser: clickThrough } as const;
    // The guarded server is none of MCP, which is found out only after the login.
    await assert.rejects(createClient(authorization.url, { config, oauth: { grant } }), {
      code: "not_an_mcp_server",
    });
    assert.equal(authorization.logins.length, 1);
    const files = await Array.fromAsync(Deno.readDir(join(dataDir, "oauth")));
    assert.equal(files.length, 1);
    const store = createMemoryTokenStore();
    await assert.rejects(createClient(authorization.url, { config, oauth: { grant, store } }));
    assert.equal(authorization.logins.length, 2);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("createClient names the file that is missing or wrong", async () => {
  await assert.rejects(createClient({ server: "x", file: "/nowhere/mcp.json" }), {
    code: "server_list_invalid",
    message: /there is no such file: file "\/nowhere\/mcp.json"/,
  });
  await withList({}, async (file) => {
    await assert.rejects(createClient({ server: "x", file }), { code: "unknown_server" });
    await Deno.writeTextFile(file, " ".repeat(1024 * 1024 + 1));
    await assert.rejects(createClient({ server: "x", file }), {
      code: "server_list_invalid",
      message: /larger than/,
    });
  });
});

Deno.test("createClient looks for the list here, and then among the configurations", async () => {
  await using server = openMockServer({ era: "modern" });
  const directory = await Deno.makeTempDir();
  const before = Deno.env.get("XDG_CONFIG_HOME");
  Deno.env.set("XDG_CONFIG_HOME", directory);
  try {
    await Deno.mkdir(join(directory, "mcpp"));
    const list = { mcpServers: { here: { url: server.url } } };
    await Deno.writeTextFile(join(directory, "mcpp", "mcp.json"), JSON.stringify(list));
    await using client = await createClient({ server: "here" });
    assert.equal(client.era, "modern");
  } finally {
    if (before === undefined) Deno.env.delete("XDG_CONFIG_HOME");
    else Deno.env.set("XDG_CONFIG_HOME", before);
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("createClient refuses what says nowhere where a server is", async () => {
  await assert.rejects(createClient("example.org"), { code: "invalid_url" });
});

Deno.test("createClient connects to nothing for a caller that has given up", async () => {
  await using server = openMockServer({ era: "modern" });
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(createClient(server.url, { signal }), /enough/);
  assert.deepEqual(server.seen, []);
});

Deno.test("createClientPool shares a connection", async () => {
  await using server = openMockServer({ era: "legacy" });
  await using pool = await createClientPool();
  await using one = await pool.acquire(server.url);
  await using other = await pool.acquire(server.url);
  await Promise.all([one.listTools(), other.listTools()]);
  assert.equal(server.sessions(), 1);
});
