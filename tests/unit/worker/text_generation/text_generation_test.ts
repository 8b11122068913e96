import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { ExecutionError } from "../../../../src/worker/mod.ts";
import {
  createTextGenerationExecutor,
  type TextGenerationOptions,
} from "../../../../src/worker/text_generation/mod.ts";
import { makeTask } from "../make_task.ts";

/** An OpenAI-compatible endpoint that answers as told and records what it was asked. */
async function withEndpoint(
  respond: (request: Request) => Response | Promise<Response>,
  use: (endpoint: string, requests: readonly RecordedRequest[]) => Promise<void>,
): Promise<void> {
  const requests: RecordedRequest[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (
    request,
  ) => {
    requests.push({
      path: new URL(request.url).pathname,
      authorization: request.headers.get("authorization"),
      body: await request.clone().json(),
    });
    return await respond(request);
  });
  await use(`http://127.0.0.1:${server.addr.port}`, requests);
}

interface RecordedRequest {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: JsonObject;
}

function stream(...events: readonly (JsonObject | string)[]): Response {
  const lines = events.map((event) =>
    `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`
  );
  return new Response(lines.join(""), { headers: { "content-type": "text/event-stream" } });
}

function delta(content: string, finish: string | null = null): JsonObject {
  return { model: "tiny", choices: [{ delta: { content }, "finish_reason": finish }] };
}

interface RunInput extends Partial<TextGenerationOptions> {
  readonly payload?: JsonObject;
  readonly model?: string;
  readonly signal?: AbortSignal;
}

async function run(endpoint: string, input: RunInput = {}) {
  const { payload = { prompt: "hi" }, model = "tiny", signal, ...options } = input;
  const progress: JsonObject[] = [];
  const executor = createTextGenerationExecutor({ endpoint, ...options });
  const result = await executor.execute(makeTask({ type: "text-generation", model, payload }), {
    signal: signal ?? new AbortController().signal,
    reportProgress: (report) => progress.push(report),
    log: () => {},
  });
  return { result, progress };
}

function failsWith(code: string, retryable: boolean): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ExecutionError, String(error));
    assert.deepEqual({ code: error.code, retryable: error.retryable }, { code, retryable });
    return true;
  };
}

Deno.test("text-generation streams text as progress and returns it whole", async () => {
  await withEndpoint(
    () =>
      stream(
        delta("Hel"),
        delta("lo"),
        delta("", "stop"),
        { choices: [], usage: { "total_tokens": 7 } },
        "[DONE]",
      ),
    async (endpoint, requests) => {
      const { result, progress } = await run(endpoint, { apiKey: "secret" });
      assert.deepEqual(result, {
        text: "Hello",
        model: "tiny",
        "finish_reason": "stop",
        usage: { "total_tokens": 7 },
      });
      assert.deepEqual(progress, [
        { phase: "generating", length: 3, text: "Hel" },
        { phase: "generating", length: 5, text: "Hello" },
      ]);
      const [request] = requests;
      assert.equal(request?.path, "/v1/chat/completions");
      assert.equal(request?.authorization, "Bearer secret");
      assert.equal(request?.body["max_tokens"], 128);
      assert.equal(request?.body["temperature"], 0.2);
      assert.deepEqual(request?.body["messages"], [{ role: "user", content: "hi" }]);
    },
  );
});

Deno.test("text-generation keeps zero temperature and uses the path of the endpoint", async () => {
  await withEndpoint(
    () => Response.json({ choices: [{ text: "ok", "finish_reason": "length" }] }),
    async (endpoint, requests) => {
      const payload = {
        prompt: "p",
        temperature: 0,
        "max_new_tokens": 3,
        "endpoint_type": "completion",
      };
      const { result } = await run(`${endpoint}/openai/`, { payload });
      assert.equal(result["text"], "ok");
      assert.equal(requests[0]?.path, "/openai/completions");
      assert.equal(requests[0]?.body["temperature"], 0);
      assert.equal(requests[0]?.body["max_tokens"], 3);
      assert.equal(requests[0]?.body["prompt"], "p");
    },
  );
});

Deno.test("text-generation refuses a task without model or prompt, for good", async () => {
  for (const input of [{ model: "" }, { payload: {} }, { payload: { prompt: "p", seed: "x" } }]) {
    await assert.rejects(run("http://127.0.0.1:1", input), failsWith("invalid_payload", false));
  }
});

Deno.test("text-generation names an endpoint that is down, and may be tried again", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(run(`http://127.0.0.1:${port}`), (error: unknown) => {
    failsWith("endpoint_unreachable", true)(error);
    assert.match(String(error), new RegExp(`127\\.0\\.0\\.1:${port}`));
    return true;
  });
});

Deno.test("text-generation tells a wrong request from a busy endpoint", async () => {
  for (
    const [status, retryable] of [[400, false], [404, false], [429, true], [503, true]] as const
  ) {
    await withEndpoint(
      () => Response.json({ error: { message: "model not found" } }, { status }),
      (endpoint) =>
        assert.rejects(run(endpoint), (error: unknown) => {
          failsWith("endpoint_rejected", retryable)(error);
          assert.match(String(error), /model not found/);
          return true;
        }),
    );
  }
});

Deno.test("text-generation reads no more of a refusal than it shows", async () => {
  const endless = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("no ".repeat(100))),
    });
  await withEndpoint(
    () => new Response(endless(), { status: 400 }),
    (endpoint) => assert.rejects(run(endpoint), failsWith("endpoint_rejected", false)),
  );
});

Deno.test("text-generation fails when the answer breaks off or is not understood", async () => {
  const answers = [
    () => stream(delta("half")),
    () => stream("not json"),
    () => stream({ error: { message: "out of memory" } }),
    () => stream({ choices: "none" }),
  ];
  for (const answer of answers) {
    await withEndpoint(
      answer,
      (endpoint) => assert.rejects(run(endpoint), failsWith("endpoint_error", true)),
    );
  }
});

Deno.test("text-generation refuses a text beyond its limit", async () => {
  await withEndpoint(
    () => stream(delta("x".repeat(11)), "[DONE]"),
    (endpoint) =>
      assert.rejects(run(endpoint, { maxTextLength: 10 }), failsWith("result_too_large", false)),
  );
});

/** Answers that it will stream, then says nothing. */
function silence(asked: PromiseWithResolvers<void>): Response {
  asked.resolve();
  return new Response(new ReadableStream({ start: () => {} }), {
    headers: { "content-type": "text/event-stream" },
  });
}

Deno.test("text-generation stops the request when it is cancelled", async () => {
  const asked = Promise.withResolvers<void>();
  await withEndpoint(() => silence(asked), async (endpoint) => {
    const controller = new AbortController();
    const running = run(endpoint, { signal: controller.signal });
    await asked.promise;
    const reason = new Error("cancelled");
    controller.abort(reason);
    await assert.rejects(running, (error) => error === reason);
  });
});

Deno.test("text-generation gives up on an endpoint that is too slow", async () => {
  const asked = Promise.withResolvers<void>();
  await withEndpoint(() => silence(asked), async (endpoint) => {
    const clock = new FakeClock();
    const running = run(endpoint, { clock, timeoutMs: 60_000 });
    const refused = assert.rejects(running, failsWith("endpoint_timeout", true));
    await asked.promise;
    await clock.advance(60_000);
    await refused;
  });
});

Deno.test("createTextGenerationExecutor refuses what is not an http URL", () => {
  for (const endpoint of ["", "localhost:1", "file:///etc/passwd"]) {
    assert.throws(() => createTextGenerationExecutor({ endpoint }), TypeError);
  }
});
