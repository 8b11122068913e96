import assert from "node:assert/strict";
import fc from "fast-check";
import { parseServerList } from "../../../../src/mcp/client/mod.ts";
import { expandVariables } from "../../../../src/mcp/client/expand_variables.ts";

const VARIABLES: Readonly<Record<string, string>> = { TOKEN: "s3cret", HOST: "example.org" };
const lookUp = (name: string): string | undefined => VARIABLES[name];

function parse(root: unknown) {
  return parseServerList(JSON.stringify(root), { path: "mcp.json", lookUp });
}

Deno.test("parseServerList reads programs, URLs and addresses", () => {
  const list = parse({
    mcpServers: {
      files: { command: "deno", args: ["run", "x.ts"], env: { LEVEL: "debug" }, cwd: "/tmp" },
      plain: { command: "server" },
      web: {
        type: "http",
        url: "https://${HOST}/mcp",
        headers: { authorization: "Bearer ${TOKEN}" },
      },
      old: { type: "sse", url: "http://127.0.0.1:1/sse" },
      guarded: { url: "https://example.org/mcp", auth: "oauth" },
      node: { multiaddr: "/ip4/127.0.0.1/tcp/1/p2p/x", token: "${TOKEN}" },
    },
  });
  assert.deepEqual(list.names, ["files", "plain", "web", "old", "guarded", "node"]);
  assert.deepEqual(list.get("files"), {
    command: "deno",
    args: ["run", "x.ts"],
    env: { LEVEL: "debug" },
    cwd: "/tmp",
  });
  assert.deepEqual(list.get("plain"), { command: "server", args: [], env: {}, cwd: undefined });
  assert.deepEqual(list.get("web"), {
    url: "https://example.org/mcp",
    headers: { authorization: "Bearer s3cret" },
    transport: "auto",
    oauth: false,
  });
  const transports = ["old", "guarded"].map((name) => {
    const server = list.get(name);
    return "url" in server ? [server.transport, server.oauth] : [];
  });
  assert.deepEqual(transports, [["sse", false], ["auto", true]]);
  assert.deepEqual(list.get("node"), {
    multiaddr: "/ip4/127.0.0.1/tcp/1/p2p/x",
    token: "s3cret",
  });
});

Deno.test("parseServerList takes the name that some editors use, and other programs' members", () => {
  const list = parse({ servers: { a: { command: "x", disabled: true } }, inputs: [] });
  assert.deepEqual(list.names, ["a"]);
  list.get("a");
});

Deno.test("ServerList expands the variables only of the server that is wanted", () => {
  const list = parse({
    mcpServers: { bad: { url: "https://${NOWHERE}/" }, good: { command: "x" } },
  });
  list.get("good");
  assert.throws(() => list.get("bad"), {
    code: "server_list_invalid",
    message: /server "bad" needs the environment variable "NOWHERE", .*file "mcp.json"/,
  });
});

Deno.test("ServerList suggests names that are close", () => {
  const list = parse({ mcpServers: { github: { command: "x" } } });
  assert.throws(() => list.get("githup"), {
    code: "unknown_server",
    hint: 'Did you mean "github"?',
  });
  assert.throws(() => list.get("toString"), { code: "unknown_server" });
});

const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ["no list", {}, /no object "mcpServers"/],
  ["a list that is none", { mcpServers: [] }, /no object "mcpServers"/],
  ["an entry that is no object", { mcpServers: { a: "x" } }, /server "a" is not an object/],
  ["an entry without an address", { mcpServers: { a: {} } }, /must have one of/],
  ["two addresses", { mcpServers: { a: { command: "x", url: "http://y" } } }, /must have one of/],
  ["an address of another kind", { mcpServers: { a: { url: "ftp://x" } } }, /no http URL/],
  ["a command that is no text", { mcpServers: { a: { command: 1 } } }, /needs a text "command"/],
  ["arguments that are no list", { mcpServers: { a: { command: "x", args: "y" } } }, /a list/],
  ["an argument that is no text", { mcpServers: { a: { command: "x", args: [1] } } }, /"args"/],
  ["variables that are no object", { mcpServers: { a: { command: "x", env: 1 } } }, /an object/],
];

for (const [what, root, message] of WRONG) {
  Deno.test(`parseServerList or its result refuses ${what}`, () => {
    assert.throws(() => parse(root).get("a"), { code: "server_list_invalid", message });
  });
}

Deno.test("parseServerList refuses what is not JSON, without quoting it", () => {
  for (const text of ["", "token=abc", "[]"]) {
    assert.throws(
      () => parseServerList(text, { path: "mcp.json", lookUp }),
      (error: Error & { code: string }) =>
        error.code === "server_list_invalid" && !error.message.includes("abc"),
    );
  }
});

const EXPANSIONS: readonly (readonly [string, string, string | undefined])[] = [
  ["plain", "plain", undefined],
  ["${TOKEN}", "s3cret", undefined],
  ["${env:TOKEN}!", "s3cret!", undefined],
  ["${NONE:-fallback}", "fallback", undefined],
  ["${NONE:-}", "", undefined],
  ["${TOKEN:-fallback}", "s3cret", undefined],
  ["a ${NONE} b ${OTHER}", "a  b ", "NONE"],
  ["$TOKEN ${1X} ${}", "$TOKEN ${1X} ${}", undefined],
];

for (const [template, text, missing] of EXPANSIONS) {
  Deno.test(`expandVariables makes ${JSON.stringify(text)} of ${JSON.stringify(template)}`, () => {
    assert.deepEqual(expandVariables(template, lookUp), { text, missing });
  });
}

Deno.test("expandVariables never expands what a value holds", () => {
  fc.assert(fc.property(fc.string(), (value) => {
    assert.equal(expandVariables("<${X}>", () => value).text, `<${value}>`);
  }));
  assert.equal(expandVariables("${X}", () => "${TOKEN}").text, "${TOKEN}");
});
