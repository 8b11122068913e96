import type {
  Exchange,
  McpAnswer,
  McpEvents,
  McpService,
  McpSession,
  SessionPort,
  SessionState,
} from "../../../../../src/mcp/server/engine/mcp_service.ts";
import type {
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
} from "../../../../../src/mcp/protocol/message.ts";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import type {
  SessionEndpoint,
  SessionRequest,
} from "../../../../../src/mcp/server/session/session_endpoint.ts";

export type Answering = (
  request: JsonRpcRequest,
  exchange: Exchange,
) => Promise<McpAnswer | undefined> | McpAnswer | undefined;

const NO_EVENTS: McpEvents = {
  toolsChanged() {},
  promptsChanged() {},
  resourcesChanged() {},
  resourceUpdated() {},
};

/** A service that answers as it is told, and remembers what it was asked. */
export class FakeService implements McpService {
  readonly events = NO_EVENTS;
  readonly asked: string[] = [];
  readonly sessions: FakeSession[] = [];
  readonly #answering: Answering;
  onClose: () => void = () => {};

  constructor(answering: Answering = ({ id, method }) => done(id, { method })) {
    this.#answering = answering;
  }

  async answer(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined> {
    this.asked.push(`modern ${request.method}`);
    return await this.#answering(request, exchange);
  }

  async answerSessionless(
    request: JsonRpcRequest,
    exchange: Exchange,
  ): Promise<McpAnswer | undefined> {
    this.asked.push(`legacy ${request.method}`);
    return await this.#answering(request, exchange);
  }

  openSession(port: SessionPort): McpSession {
    const session = new FakeSession(port, this.#answering);
    this.sessions.push(session);
    return session;
  }

  close(): void {
    this.onClose();
  }
}

export class FakeSession implements McpSession {
  readonly state: SessionState = { capabilities: {}, subscriptions: [] };
  readonly notified: JsonRpcNotification[] = [];
  readonly resolved: JsonRpcResponse[] = [];
  readonly #answering: Answering;
  inFlight = 0;
  isDisposed = false;

  constructor(readonly port: SessionPort, answering: Answering) {
    this.#answering = answering;
  }

  async answer(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined> {
    this.inFlight++;
    try {
      return await this.#answering(request, exchange);
    } finally {
      this.inFlight--;
    }
  }

  notify(notification: JsonRpcNotification): void {
    this.notified.push(notification);
  }

  resolve(response: JsonRpcResponse): void {
    this.resolved.push(response);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
    return Promise.resolve();
  }
}

/** Notes what it is given. */
export class FakeSessions implements SessionEndpoint {
  readonly requests: SessionRequest[] = [];
  isDrained = false;
  isDisposed = false;

  handle(request: SessionRequest): Promise<Response> {
    this.requests.push(request);
    return Promise.resolve(new Response("from a session"));
  }

  drain(): void {
    this.isDrained = true;
  }

  statistics(): { readonly sessions: number; readonly streams: number } {
    return { sessions: this.requests.length, streams: 0 };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
    return Promise.resolve();
  }
}

export function done(id: JsonRpcRequest["id"], result: JsonObject, httpStatus = 200): McpAnswer {
  return { message: { jsonrpc: "2.0", id, result }, httpStatus };
}

export function progress(value: number): JsonRpcMessage {
  const params = { progressToken: 1, progress: value };
  return { jsonrpc: "2.0", method: "notifications/progress", params };
}

/** Resolves when the exchange is cancelled. */
export async function untilCancelled({ signal }: Exchange): Promise<unknown> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  return signal.reason;
}
