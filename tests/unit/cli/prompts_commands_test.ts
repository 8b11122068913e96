import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindPrompt, type Prompt } from "../../../src/mcp/mod.ts";
import { parseOut, type RunCommand, withServer } from "./tool_server.ts";

const greet: Prompt<unknown> = {
  name: "greet",
  title: "Greet",
  description: "Greets somebody.",
  arguments: [
    { name: "name", description: "Who.", required: true },
    { name: "tone", description: "How." },
  ],
  get: (_deps, { name, tone = "plain" }) => [
    { role: "user", content: { type: "text", text: `Greet ${name}, ${tone}\u001b[2J` } },
    {
      role: "user",
      content: {
        type: "resource",
        resource: { uri: "test://a", mimeType: "text/plain", text: "A" },
      },
    },
  ],
};

const withGreet = (use: (run: RunCommand) => Promise<void>): Promise<void> =>
  withServer({ prompts: [bindPrompt(greet, undefined)] }, use);

Deno.test("mcpp prompts lists prompts with what they ask for", async () => {
  await withGreet(async (run) => {
    const { code, out } = await run(["prompts"], { isInteractive: true });
    assert.equal(code, EXIT.ok);
    assert.equal(out, "greet name [tone]\n    Greets somebody.\n");
    const { prompts } = parseOut(await run(["prompts", "list"]));
    assert.equal((prompts as { name: string }[])[0]?.name, "greet");
  });
});

Deno.test("mcpp prompts get fills a prompt in, with values that may hold anything", async () => {
  await withGreet(async (run) => {
    const { code, out } = await run(["prompts", "get", "greet", "name=a=b c"], {
      isInteractive: true,
    });
    assert.equal(code, EXIT.ok);
    assert.equal(out, "user: Greet a=b c, plain\ufffd[2J\n\nuser: test://a\nA\n");
    const json = parseOut(await run(["prompts", "get", "greet", "name=x", "tone="]));
    const [first] = json["messages"] as { content: { text: string } }[];
    assert.equal(first?.content.text, "Greet x, \u001b[2J");
  });
});

Deno.test("mcpp prompts get says what is wrong with arguments", async () => {
  await withGreet(async (run) => {
    const malformed = await run(["prompts", "get", "greet", "bob"]);
    assert.equal(malformed.code, EXIT.usage);
    assert.match(malformed.err, /it is not name=value: argument "bob"/);
    const missing = await run(["prompts", "get", "greet"]);
    assert.equal(missing.code, EXIT.failed, missing.err);
    assert.match(missing.err, /name/);
    const unknown = await run(["prompts", "get", "none"]);
    assert.equal(unknown.code, EXIT.failed, unknown.err);
  });
});
