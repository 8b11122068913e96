import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { untilSettled } from "./until_settled.ts";
import { connectMcpClient, type StdioEndpoint } from "../../../../src/mcp/client/mod.ts";

function program(mode: string, options: Partial<StdioEndpoint> = {}): StdioEndpoint {
  const path = fileURLToPath(import.meta.resolve("./stdio_server.ts"));
  const args = ["run", "--quiet", "--no-config", "--no-lock", "--allow-env", path, mode];
  return { command: Deno.execPath(), args, stderr: "null", ...options };
}

Deno.test("connectMcpClient starts a program and speaks the era that it knows", async () => {
  await using client = await connectMcpClient(program("plain"));
  assert.deepEqual([client.era, client.protocolVersion], ["legacy", "2025-06-18"]);
  assert.equal(client.serverInfo?.name, "stdio");
  assert.deepEqual((await client.listTools()).map(({ name }) => name), ["env"]);
});

Deno.test("connectMcpClient starts a program again that ends at the question for its era", async () => {
  await using client = await connectMcpClient(program("strict"));
  assert.equal(client.era, "legacy");
});

Deno.test("StdioTransport passes over lines that are no messages", async () => {
  await using client = await connectMcpClient(program("chatty"));
  assert.equal((await client.listTools()).length, 1);
});

Deno.test("StdioTransport gives the program the environment that it is told, and no other", async () => {
  const env = { HOME: Deno.env.get("HOME") ?? "/", PATH: Deno.env.get("PATH") ?? "", GIVEN: "yes" };
  Deno.env.set("MCPP_TEST_SECRET", "secret");
  try {
    await using client = await connectMcpClient(program("plain", { env }));
    const read = async (name: string) => (await client.callTool("env", { name })).text;
    assert.deepEqual([await read("GIVEN"), await read("MCPP_TEST_SECRET")], ["yes", "(none)"]);
  } finally {
    Deno.env.delete("MCPP_TEST_SECRET");
  }
});

Deno.test("StdioTransport tells of the end of the program, and the client starts another", async () => {
  const recovery = { baseDelayMs: 1, maxDelayMs: 2, maxAttempts: 3 };
  await using client = await connectMcpClient(program("dying"), { recovery });
  await assert.rejects(client.callTool("env", { name: "HOME" }), { code: "connection_lost" });
  assert.equal((await client.listTools()).length, 1);
});

Deno.test("StdioTransport ends a program that goes on after its input has ended", async () => {
  const clock = new FakeClock();
  const client = await connectMcpClient(program("stubborn"), { clock });
  await untilSettled(client[Symbol.asyncDispose](), () => clock.advance(2000));
});

Deno.test("connectMcpClient names a program that cannot be started", async () => {
  await assert.rejects(connectMcpClient({ command: "/nowhere/to-be-found" }), {
    code: "server_not_started",
    message: /command "\/nowhere\/to-be-found"/,
  });
});

Deno.test("connectMcpClient says so when a program ends without a word", async () => {
  const args = ["eval", "0"];
  await assert.rejects(connectMcpClient({ command: Deno.execPath(), args, stderr: "null" }), {
    code: /connection_lost|not_an_mcp_server/,
  });
});
