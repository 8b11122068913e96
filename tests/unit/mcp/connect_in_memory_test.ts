import assert from "node:assert/strict";
import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { connectInMemory } from "../../../src/mcp/mod.ts";
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
    const calling = assert.rejects(client.callTool("sleep", {}), {
      answer: {
        rpcCode: -32603,
        message: "Cannot finish the call as the server is stopping",
        remoteCode: "server_stopping",
      },
    });
    await sleeper.started;
    group.cancel();
    await calling;
  });
  await sleeper.ended;
});
