import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import {
  ANONYMOUS,
  bindTool,
  createMcpService,
  createToolTable,
  type McpService,
  type Principal,
  type ResourceProvider,
  type Tool,
} from "../../../../../src/mcp/server/mod.ts";
import { createSessionEndpoint } from "../../../../../src/mcp/server/session/create_session_endpoint.ts";
import type { SessionEndpoint } from "../../../../../src/mcp/server/session/session_endpoint.ts";
import type { SessionEndpointOptions } from "../../../../../src/mcp/server/session/session_options.ts";
import { FakeLogger } from "../../../network/fake_logger.ts";
import { type EventReader, readEvents } from "./event_reader.ts";

/** What the tests do with a running call of the tool `work`. */
export interface WorkControl {
  /** Tell progress. */
  progress(value: number): void;
  /** Let go of the connection; absent if the client could not come back. */
  readonly detach: (() => void) | undefined;
  /** Ask the client. */
  ask(): void;
  /** End with a text. */
  finish(text: string): void;
  /** Aborted when the call is cancelled. */
  readonly signal: AbortSignal;
}

/** Calls of the tool `work`, by the name they were given. */
export class Works {
  readonly #started = new Map<string, PromiseWithResolvers<WorkControl>>();

  /** Resolves when the call runs. */
  started(name: string): Promise<WorkControl> {
    return this.#get(name).promise;
  }

  run(name: string, control: WorkControl): void {
    this.#get(name).resolve(control);
  }

  #get(name: string): PromiseWithResolvers<WorkControl> {
    let started = this.#started.get(name);
    if (started === undefined) this.#started.set(name, started = Promise.withResolvers());
    return started;
  }
}

const workTool: Tool<Works, { name: string }, { text: string }> = {
  name: "work",
  title: "Work",
  description: "Does what the test says.",
  input: z.object({ name: z.string() }),
  output: z.object({ text: z.string() }),
  async run(works, { name }, { signal, reportProgress, detach, input }) {
    if (input?.answers["q"] !== undefined) return { text: JSON.stringify(input.answers["q"]) };
    const done = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<"ask">();
    const onAbort = () => done.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    works.run(name, {
      signal,
      detach,
      progress: (progress) => reportProgress({ progress }),
      ask: () => asked.resolve("ask"),
      finish: (text) => done.resolve(text),
    });
    try {
      const text = await Promise.race([done.promise, asked.promise]);
      if (text !== "ask") return { text };
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    const requestedSchema = { type: "object", properties: {} };
    return input?.require({
      questions: { q: { method: "elicitation/create", params: { message: "?", requestedSchema } } },
    }) ?? { text: "cannot ask" };
  },
};

const echoTool: Tool<undefined, { text: string }, { text: string }> = {
  name: "echo",
  title: "Echo",
  description: "Says it again.",
  annotations: { readOnlyHint: true },
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  run: (_deps, { text }) => ({ text }),
};

const watched: ResourceProvider = {
  templates: [{ uriTemplate: "test://{id}", name: "test" }],
  scope: "custom:read",
  list: () => Promise.resolve({ resources: [] }),
  read: (uri) => Promise.resolve([{ uri, text: "content" }]),
  watch: (_uri, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
};

/** An endpoint under test, and what it stands on. */
export interface SessionFixture {
  readonly group: TaskGroup;
  readonly service: McpService;
  readonly endpoint: SessionEndpoint;
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  readonly works: Works;
}

/** What a test may change. */
export interface FixtureOptions
  extends Partial<Pick<SessionEndpointOptions, "store" | "limits" | "metrics" | "maxResultBytes">> {
  /** @default {a clock that begins at a million} */
  readonly clock?: FakeClock;
}

/**
 * Runs a test body with an endpoint over the real engine; ends both, and sees to it that nothing is left.
 */
export async function withEndpoint(
  body: (fixture: SessionFixture) => Promise<void>,
  options: FixtureOptions = {},
): Promise<void> {
  const { clock = new FakeClock(1_000_000), ...endpointOptions } = options;
  const logger = new FakeLogger();
  const works = new Works();
  await runTaskGroup(async (group) => {
    const service = createMcpService(group, {
      serverInfo: { name: "test", version: "1.0.0" },
      tools: createToolTable([bindTool(workTool, works), bindTool(echoTool, undefined)]),
      resources: [watched],
      logger,
      clock,
    });
    const endpoint = createSessionEndpoint(group, { service, logger, clock, ...endpointOptions });
    await body({ group, service, endpoint, clock, logger, works });
    await endpoint[Symbol.asyncDispose]();
    service.close();
    group.cancel("the test is over");
  });
  assert.equal(clock.pendingTimers, 0);
}

/** What differs between clients. */
export interface ClientOptions {
  /** @default {"2025-11-25"} */
  readonly version?: string;
  /** @default {ANONYMOUS} */
  readonly principal?: Principal;
  /** @default {"application/json, text/event-stream"} */
  readonly accept?: string;
  /** @default {{}} */
  readonly capabilities?: JsonObject;
  /** Of a session that there is already. */
  readonly sessionId?: string;
}

const NEVER = new AbortController().signal;

/** A client, as simple as can be. */
export class TestClient {
  sessionId: string;
  readonly #endpoint: SessionEndpoint;
  readonly #options: ClientOptions;
  #nextId = 1;

  constructor(endpoint: SessionEndpoint, options: ClientOptions = {}) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.sessionId = options.sessionId ?? "";
  }

  /** Begins a session. */
  static async open(endpoint: SessionEndpoint, options: ClientOptions = {}): Promise<TestClient> {
    const client = new TestClient(endpoint, options);
    const response = await client.initialize();
    assert.equal(response.status, 200);
    await response.text();
    client.sessionId = response.headers.get("mcp-session-id") ?? "";
    await client.notify("notifications/initialized");
    return client;
  }

  initialize(params: JsonObject = {}): Promise<Response> {
    const { version = "2025-11-25", capabilities = {} } = this.#options;
    const clientInfo = { name: "test", version: "1.0.0" };
    return this.post(
      this.request("initialize", { protocolVersion: version, capabilities, clientInfo, ...params }),
    );
  }

  request(method: string, params: JsonObject = {}, id: string | number = this.#nextId++) {
    return { jsonrpc: "2.0", id, method, params } as const;
  }

  async notify(method: string, params: JsonObject = {}): Promise<void> {
    const response = await this.post({ jsonrpc: "2.0", method, params } as const);
    assert.equal(response.status, 202);
  }

  /** A call of the tool `work`, with progress. */
  work(name: string, id: string | number = this.#nextId++): Promise<Response> {
    const params = { name: "work", arguments: { name }, _meta: { progressToken: `of ${name}` } };
    return this.post(this.request("tools/call", params, id));
  }

  post(
    message: Parameters<SessionEndpoint["handle"]>[0]["messages"][number],
    options: { readonly signal?: AbortSignal; readonly headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return this.send("POST", { ...options, messages: [message] });
  }

  /** Listens: to what belongs to no request, or to what came after an event. */
  async listen(lastEventId?: string): Promise<{ response: Response; events: EventReader }> {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const response = await this.send("GET", { headers });
    return { response, events: readEvents(response) };
  }

  send(
    method: "POST" | "GET" | "DELETE",
    { messages = [], headers = {}, signal = NEVER }: {
      readonly messages?: Parameters<SessionEndpoint["handle"]>[0]["messages"];
      readonly headers?: Record<string, string>;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Response> {
    const { principal = ANONYMOUS, accept = "application/json, text/event-stream" } = this.#options;
    const all = new Headers({ accept, ...headers });
    if (this.sessionId !== "") all.set("mcp-session-id", this.sessionId);
    const isBatch = messages.length > 1;
    return this.#endpoint.handle({ method, headers: all, messages, isBatch, principal, signal });
  }
}
