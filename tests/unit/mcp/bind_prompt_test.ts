import assert from "node:assert/strict";
import { bindPrompt } from "../../../src/mcp/bind_prompt.ts";
import { InvalidArgumentsError } from "../../../src/mcp/errors.ts";
import type { Prompt } from "../../../src/mcp/prompt.ts";

const greetPrompt: Prompt<{ readonly greeting: string }> = {
  name: "greet",
  title: "Greet",
  description: "Greets somebody.",
  arguments: [
    { name: "name", description: "Whom.", required: true },
    { name: "mood", description: "How." },
  ],
  scope: "people:read",
  get: ({ greeting }, args) => [
    { role: "user", content: { type: "text", text: `${greeting} ${JSON.stringify(args)}` } },
  ],
  complete: ({ greeting }, { argument, value }) => [`${greeting} ${argument} ${value}`],
};

const signal = new AbortController().signal;
const bound = bindPrompt(greetPrompt, { greeting: "Hello" });

Deno.test("bindPrompt shows what the prompt asks for", () => {
  assert.deepEqual(bound.definition, {
    name: "greet",
    title: "Greet",
    description: "Greets somebody.",
    arguments: greetPrompt.arguments,
  });
  assert.equal(bound.scope, "people:read");
});

Deno.test("bindPrompt hands on the declared arguments and no others", async () => {
  const [message] = await bound.get({ name: "Ada", mood: "fine", extra: "x" }, { signal });
  assert.equal(message?.content["text"], 'Hello {"name":"Ada","mood":"fine"}');
  const [short] = await bound.get({ name: "Ada" }, { signal });
  assert.equal(short?.content["text"], 'Hello {"name":"Ada"}');
});

Deno.test("bindPrompt names the required arguments that are missing", async () => {
  await assert.rejects(bound.get({ mood: "fine" }, { signal }), (error) => {
    assert.ok(error instanceof InvalidArgumentsError);
    assert.equal(
      error.message,
      'Cannot get prompt as its arguments are invalid: prompt "greet"; name: it is required',
    );
    return true;
  });
});

Deno.test("bindPrompt completes with the prompt's dependencies, or not at all", async () => {
  const request = { argument: "name", value: "A", known: {} };
  assert.deepEqual(await bound.complete(request, { signal }), ["Hello name A"]);
  const { complete: _, ...silent } = greetPrompt;
  const bare = bindPrompt(silent, { greeting: "" });
  assert.deepEqual(await bare.complete(request, { signal }), []);
});
