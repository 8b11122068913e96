import type { JsonObject } from "../../../../src/codec/mod.ts";
import type { TaskGroup } from "../../../../src/concurrency/mod.ts";
import type { FarConnection, FarHandlers, FarSide } from "../../../../src/mcp/relay/far_side.ts";

/** A server whose every answer the test gives. */
export class FakeFarSide implements FarSide {
  readonly name = "far";
  /** What connecting fails with. */
  connectError: Error | undefined;
  /** Whether connecting takes for ever. */
  isSilent = false;
  /** All connections ever made. */
  readonly connections: FakeConnection[] = [];
  #news = Promise.withResolvers<void>();

  connect(_group: TaskGroup, handlers: FarHandlers, signal: AbortSignal): Promise<FarConnection> {
    if (this.connectError !== undefined) return Promise.reject(this.connectError);
    if (this.isSilent) {
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        this.#tell();
      });
    }
    const connection = new FakeConnection(handlers, () => this.#tell());
    this.connections.push(connection);
    return Promise.resolve(connection);
  }

  /** The connection with an index, as soon as so many messages have come over it. */
  async at(index: number, messages = 1): Promise<FakeConnection> {
    for (;;) {
      const connection = this.connections[index];
      if (connection !== undefined && connection.received.length >= messages) return connection;
      await this.#news.promise;
    }
  }

  /** The next time that something happens. */
  get news(): Promise<void> {
    return this.#news.promise;
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

export class FakeConnection implements FarConnection {
  readonly received: JsonObject[] = [];
  readonly handlers: FarHandlers;
  isClosed = false;
  /** What sending fails with. */
  sendError: Error | undefined;
  readonly #tell: () => void;

  constructor(handlers: FarHandlers, tell: () => void) {
    this.handlers = handlers;
    this.#tell = tell;
  }

  send(message: JsonObject): Promise<void> {
    if (this.sendError !== undefined) return Promise.reject(this.sendError);
    this.received.push(message);
    this.#tell();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Answers the request with an index. */
  async answer(index: number, result: JsonObject = {}): Promise<void> {
    const id = this.received[index]?.["id"] ?? null;
    await this.handlers.onMessage({ jsonrpc: "2.0", id, result });
  }
}
