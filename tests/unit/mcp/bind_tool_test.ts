import assert from "node:assert/strict";
import { z } from "zod";
import {
  bindTool,
  InvalidArgumentsError,
  type Tool,
  type ToolContext,
} from "../../../src/mcp/mod.ts";
import { echoTool } from "./sample_tools.ts";

const context: ToolContext = { signal: new AbortController().signal, reportProgress: () => {} };

const shapedTool: Tool<{ factor: number }, { by: number }, { product: number }> = {
  name: "multiply",
  title: "Multiply",
  description: "Multiplies.",
  input: z.object({ by: z.number().default(2) }) as z.ZodType<{ by: number }>,
  output: z.object({ product: z.number() }),
  annotations: { readOnlyHint: true },
  callableByTasks: true,
  run: ({ factor }, { by }) => ({ product: factor * by, secret: "x" }),
};

Deno.test("bindTool describes arguments and result in JSON Schema", () => {
  const { definition, callableByTasks } = bindTool(shapedTool, { factor: 3 });
  assert.deepEqual(definition, {
    name: "multiply",
    title: "Multiply",
    description: "Multiplies.",
    inputSchema: { type: "object", properties: { by: { type: "number", default: 2 } } },
    outputSchema: {
      type: "object",
      properties: { product: { type: "number" } },
      required: ["product"],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true },
  });
  assert.equal(callableByTasks, true);
  assert.equal(bindTool(echoTool, undefined).callableByTasks, false);
});

Deno.test("bindTool gives the tool its dependencies, and takes out what the schema does not have", async () => {
  const tool = bindTool(shapedTool, { factor: 3 });
  assert.deepEqual(await tool.run({ by: 5 }, context), {
    value: { product: 15 },
    text: '{"product":15}',
  });
  assert.deepEqual((await tool.run(undefined, context)).value, { product: 6 });
});

Deno.test("bindTool names every problem of the arguments by its path", async () => {
  const schema = z.object({ a: z.string(), list: z.array(z.object({ n: z.number() })) });
  const tool = bindTool({ ...echoTool, input: schema as never }, undefined);
  await assert.rejects(tool.run({ list: [{ n: 1 }, { n: "x" }] }, context), (error) => {
    assert.ok(error instanceof InvalidArgumentsError);
    assert.deepEqual(error.problems.map((problem) => problem.split(":")[0]), ["a", "list[1].n"]);
    assert.match(error.message, /expected number, received string/);
    return true;
  });
  await assert.rejects(tool.run([], context), /\(all\): /);
});

Deno.test("bindTool refuses a result that breaks the tool's own contract", async () => {
  const tool = bindTool({ ...echoTool, run: () => ({ text: 5 } as never) }, undefined);
  await assert.rejects(tool.run({ text: "" }, context), { name: "TypeError" });
});

Deno.test("bindTool refuses schemas that clients could not read", () => {
  const date = z.object({ when: z.date() }) as never;
  assert.throws(
    () => bindTool({ ...echoTool, input: date }, undefined).definition,
    /no JSON Schema: tool "echo"/,
  );
  const list = z.array(z.string()) as never;
  assert.throws(
    () => bindTool({ ...echoTool, output: list }, undefined).definition,
    /output is not an object/,
  );
});
