import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { connectMcpClient, type McpClient } from "../../../../src/mcp/client/mod.ts";
import { type MockAnswer, type MockServer, openMockServer, toEvent } from "./mock_server.ts";

const URI = "task://1";
const capabilities = { resources: { subscribe: true } };
const recovery = { baseDelayMs: 1, maxDelayMs: 2 };

/** A server whose resources can be watched, in the way of its era. */
class WatchedServer {
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #era: "legacy" | "modern";
  readonly watchers = new Set<string>();

  constructor(era: "legacy" | "modern") {
    this.#era = era;
  }

  open(options: { port?: number; honours?: boolean } = {}): MockServer {
    const { port = 0, honours = true } = options;
    const answer: MockAnswer = ({ method, message, request }) => {
      if (request.method === "GET") return this.#stream();
      const { uri } = (message["params"] ?? {}) as { uri?: string };
      if (method === "resources/subscribe") this.watchers.add(uri ?? "");
      else if (method === "resources/unsubscribe") return this.#unsubscribe(uri ?? "");
      else if (method === "subscriptions/listen") return this.#listen(message, honours);
      else return undefined;
      return {};
    };
    return openMockServer({ era: this.#era, capabilities, answer, port });
  }

  /** Resolves when somebody wants to watch no more; from then on that has no answer. */
  hang(): Promise<void> {
    const asked = Promise.withResolvers<void>();
    this.#hanging = asked.resolve;
    return asked.promise;
  }

  /** Tell everybody that a resource has changed. */
  tell(uri = URI): void {
    for (const [stream, meta] of this.#metas()) {
      const params = { uri, ...meta };
      stream.enqueue(encode({ jsonrpc: "2.0", method: "notifications/resources/updated", params }));
    }
  }

  endStreams(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    this.#ids.clear();
  }

  readonly #ids = new Map<ReadableStreamDefaultController<Uint8Array>, string | number>();

  #hanging: (() => void) | undefined;

  #unsubscribe(uri: string): Response | JsonObject {
    this.watchers.delete(uri);
    if (this.#hanging === undefined) return {};
    this.#hanging();
    return this.#stream();
  }

  *#metas(): Generator<[ReadableStreamDefaultController<Uint8Array>, JsonObject]> {
    for (const stream of this.#streams) {
      const id = this.#ids.get(stream);
      const meta = { "io.modelcontextprotocol/subscriptionId": id ?? "" };
      yield [stream, id === undefined ? {} : { "_meta": meta }];
    }
  }

  #stream(first?: JsonObject, id?: string | number): Response {
    let stream: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        stream = controller;
        this.#streams.add(controller);
        if (id !== undefined) this.#ids.set(controller, id);
        controller.enqueue(
          first === undefined ? new TextEncoder().encode(": \n\n") : encode(first),
        );
      },
      cancel: () => {
        this.#streams.delete(stream);
        this.watchers.delete(URI);
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  #listen({ id, params }: JsonObject, honours: boolean): Response {
    const filter = (params as { notifications: JsonObject }).notifications;
    const { resourceSubscriptions } = filter as { resourceSubscriptions?: readonly string[] };
    for (const uri of resourceSubscriptions ?? []) this.watchers.add(uri);
    const meta = { "io.modelcontextprotocol/subscriptionId": id ?? "" };
    return this.#stream({
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { "_meta": meta, notifications: honours ? filter : {} },
    }, id as string);
  }
}

function encode(data: JsonObject): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(toEvent(data));
}

/** Watches, and lets a test wait for each change. */
function watch(client: McpClient, uri = URI) {
  const controller = new AbortController();
  let changed = Promise.withResolvers<void>();
  const onChange = (): void => changed.resolve();
  const watching = client.watchResource(uri, { onChange, signal: controller.signal });
  return {
    watching,
    stop: () => controller.abort(),
    nextChange: async () => {
      await Promise.race([changed.promise, watching]);
      changed = Promise.withResolvers<void>();
    },
  };
}

for (const era of ["legacy", "modern"] as const) {
  Deno.test(`McpClient.watchResource tells of the beginning and of changes, in the ${era} era`, async () => {
    const watched = new WatchedServer(era);
    await using server = watched.open();
    await using client = await connectMcpClient({ url: server.url });
    const { watching, stop, nextChange } = watch(client);
    await nextChange();
    assert.deepEqual([...watched.watchers], [URI]);
    watched.tell("task://other");
    watched.tell();
    await nextChange();
    stop();
    await watching;
    if (era === "legacy") assert.deepEqual([...watched.watchers], []);
    watched.endStreams();
  });

  Deno.test(`McpClient.watchResource goes on with a restarted server, in the ${era} era`, async () => {
    const before = new WatchedServer(era);
    const first = before.open();
    await using client = await connectMcpClient({ url: first.url }, { recovery });
    const { watching, stop, nextChange } = watch(client);
    await nextChange();
    before.endStreams();
    await first[Symbol.asyncDispose]();
    const after = new WatchedServer(era);
    await using _second = after.open({ port: first.port });
    // The watch has begun again: something may have changed in the meantime.
    await nextChange();
    after.tell();
    await nextChange();
    stop();
    await watching;
    after.endStreams();
  });
}

Deno.test("McpClient.watchResource throws if the server's resources cannot be watched", async () => {
  await using server = openMockServer({ era: "modern", capabilities: { resources: {} } });
  await using client = await connectMcpClient({ url: server.url });
  await assert.rejects(watch(client).watching, { code: "not_supported" });
});

Deno.test("McpClient.watchResource throws if the server does not watch this resource", async () => {
  const watched = new WatchedServer("modern");
  await using server = watched.open({ honours: false });
  await using client = await connectMcpClient({ url: server.url });
  await assert.rejects(watch(client).watching, { code: "not_supported", message: /task:\/\/1/ });
});

Deno.test("McpClient.watchResource returns at once if it is to stop already", async () => {
  await using server = openMockServer({ era: "modern", capabilities });
  await using client = await connectMcpClient({ url: server.url });
  await client.watchResource(URI, { onChange: () => {}, signal: AbortSignal.abort() });
  assert.ok(!server.seen.includes("subscriptions/listen"));
});

Deno.test("McpClient.watchResource unsubscribes when the last watcher of a resource stops", async () => {
  const watched = new WatchedServer("legacy");
  await using server = watched.open();
  await using client = await connectMcpClient({ url: server.url });
  const [one, other] = [watch(client), watch(client)];
  await Promise.all([one.nextChange(), other.nextChange()]);
  one.stop();
  await one.watching;
  assert.deepEqual([...watched.watchers], [URI]);
  other.stop();
  await other.watching;
  assert.deepEqual([...watched.watchers], []);
  watched.endStreams();
});

Deno.test("McpClient.watchResource stops though the server does not say that it has unsubscribed", async () => {
  const watched = new WatchedServer("legacy");
  await using server = watched.open();
  const clock = new FakeClock();
  await using client = await connectMcpClient({ url: server.url }, { clock });
  const { watching, stop, nextChange } = watch(client);
  await nextChange();
  const asked = watched.hang();
  stop();
  await asked;
  await clock.advance(2_000);
  await watching;
  watched.endStreams();
});
