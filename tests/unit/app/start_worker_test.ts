import assert from "node:assert/strict";
import { createExecutors } from "../../../src/app/start_worker.ts";
import { createConfig, type PartialConfig } from "../../../src/config/mod.ts";
import { AppError } from "../../../src/error/mod.ts";

async function typesOf(config: PartialConfig): Promise<readonly string[]> {
  const executors = await createExecutors({
    config: createConfig({ dataDir: "/data", ...config }, { env: {} }),
    textApiKey: undefined,
    callTool: () => Promise.resolve({ ok: true, result: null }),
  });
  return executors.map(({ type }) => type);
}

const text = { endpoint: "http://127.0.0.1:11434" };

Deno.test("createExecutors takes text-generation only with an endpoint", async () => {
  assert.deepEqual(await typesOf({}), ["tool.call"]);
  assert.deepEqual(await typesOf({ text }), ["tool.call", "text-generation"]);
});

Deno.test("createExecutors takes only the wanted types, by any of their names, once each", async () => {
  const worker = { taskTypes: ["text_generation", "generation"] };
  assert.deepEqual(await typesOf({ text, worker }), ["text-generation"]);
});

Deno.test("createExecutors refuses a type that the node cannot execute", async () => {
  await assert.rejects(
    typesOf({ worker: { taskTypes: ["text-generation"] } }),
    (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "no_executor");
      assert.match(String(error.hint), /tool\.call.*--text-endpoint/);
      return true;
    },
  );
});
