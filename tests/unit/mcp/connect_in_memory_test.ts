import assert from "node:assert/strict";
import { z } from "zod";
import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { bindTool, connectInMemory, createToolTable, type Tool } from "../../../src/mcp/mod.ts";
import { createSampleServer, Sleeper } from "./sample_tools.ts";

for (const era of ["auto", "legacy"] as const) {
  Deno.test(`connectInMemory speaks the whole protocol without a network, ${era}`, async () => {
    await runTaskGroup(async (group) => {
      await using client = await connectInMemory(group, { ...createSampleServer(), era });
      assert.equal(client.era, era === "auto" ? "modern" : "legacy");
      assert.equal((await client.listTools()).length, 4);
      assert.equal((await client.callTool("echo", { text: "hi" })).text, "hi");
    });
  });
}

Deno.test("connectInMemory cancels calls with the group", async () => {
  const sleeper = new Sleeper();
  await runTaskGroup(async (group) => {
    await using client = await connectInMemory(group, createSampleServer({ sleeper }));
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    group.cancel();
    await calling;
  });
  await sleeper.ended;
});

Deno.test("connectInMemory cancels calls when the client hangs up, and waits for their end", async () => {
  const sleeper = new Sleeper();
  await runTaskGroup(async (group) => {
    const client = await connectInMemory(group, createSampleServer({ sleeper }));
    const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
    await sleeper.started;
    await client[Symbol.asyncDispose]();
    await sleeper.ended;
    await calling;
  });
});

Deno.test("connectInMemory calls on behalf of whom it is told", async () => {
  const whoTool: Tool<unknown, Record<string, never>, { id: string }> = {
    name: "who",
    title: "Who",
    description: "Tells who calls.",
    input: z.object({}),
    output: z.object({ id: z.string() }),
    run: (_deps, _input, { principal }) => ({ id: principal?.id ?? "nobody" }),
  };
  await runTaskGroup(async (group) => {
    await using client = await connectInMemory(group, {
      ...createSampleServer(),
      tools: createToolTable([bindTool(whoTool, undefined)]),
      principal: { id: "ada", scopes: ["*"] },
    });
    assert.deepEqual((await client.callTool("who", {})).structuredContent, { id: "ada" });
  });
});
