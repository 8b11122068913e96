import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindPrompt, bindTool, type Prompt } from "../../../src/mcp/mod.ts";
import { echo } from "../../../src/tools/mod.ts";
import { parseOut, withServer } from "./tool_server.ts";

const prompt: Prompt<unknown> = {
  name: "p",
  title: "P",
  description: "Says hi.",
  arguments: [],
  get: () => [],
};

Deno.test("mcpp info says who the server is and what it has", async () => {
  const served = {
    tools: [bindTool(echo, {})],
    prompts: [bindPrompt(prompt, undefined)],
    instructions: "Be kind.\u001b[2J",
  };
  await withServer(served, async (run) => {
    const person = await run(["info"], { isInteractive: true });
    assert.equal(person.code, EXIT.ok);
    assert.match(person.out, /^Server: {4}test 1\.0\.0\nProtocol: {2}2026-07-28 \(modern\)\nCan: /);
    assert.match(person.out, /\nCan: {7}.*prompts, .*tools\n/);
    assert.match(person.out, /\nTools: {5}1\nPrompts: {3}1\n\nBe kind\.\ufffd\[2J\n$/);
    const info = parseOut(await run(["info"]));
    assert.deepEqual(info["counts"], { tools: 1, prompts: 1 });
    assert.equal(info["era"], "modern");
    assert.equal((info["serverInfo"] as Record<string, unknown>)["name"], "test");
    assert.equal(info["instructions"], "Be kind.\u001b[2J");
  });
});
