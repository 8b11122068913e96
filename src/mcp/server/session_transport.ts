import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import type { JsonObject } from "../../codec/mod.ts";
import type { RpcSessionPort } from "../../rpc/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { SessionGate } from "./session_gate.ts";

/** Options of a {@linkcode SessionTransport}. */
export interface SessionTransportOptions {
  /** Decides what gets to the protocol. */
  readonly gate: SessionGate;
  readonly logger: Logger;
}

/** The MCP messages of a peer's stream, for a server. Whose stream it is, others look after. */
export class SessionTransport implements Transport {
  /** Set by the protocol: the transport is over. */
  onclose?: (() => void) | undefined;
  /** Set by the protocol: something went wrong. */
  onerror?: ((error: Error) => void) | undefined;
  /** Set by the protocol: a message has come in. */
  onmessage?: (<T extends JSONRPCMessage>(message: T) => void) | undefined;

  readonly #port: RpcSessionPort;
  readonly #options: SessionTransportOptions;
  readonly #ended = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(port: RpcSessionPort, options: SessionTransportOptions) {
    this.#port = port;
    this.#options = options;
  }

  /** Resolves when nothing more will come in, or the protocol has closed the session. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Begins to read. What gets past the gate goes to `onmessage`. */
  start(): Promise<void> {
    this.#read().then(this.#ended.resolve, this.#ended.reject);
    return Promise.resolve();
  }

  /** Sends one message; resolves when the next may be sent. */
  async send(message: JSONRPCMessage): Promise<void> {
    const outgoing = message as JsonObject;
    this.#options.gate.noteSent(outgoing);
    await this.#port.send(outgoing);
  }

  /** Ends the session. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#ended.resolve();
      this.onclose?.();
    }
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    const port = this.#port;
    for (let next = await port.receive(); next !== null; next = await port.receive()) {
      if (this.#isClosed) return;
      await this.#take(next);
    }
  }

  async #take(message: JsonObject): Promise<void> {
    const { gate, logger } = this.#options;
    const decision = gate.admit(message);
    // The protocol checks the shape of what it is given.
    if ("deliver" in decision) this.onmessage?.(decision.deliver as unknown as JSONRPCMessage);
    if ("answer" in decision) await this.#port.send(decision.answer);
    if ("decline" in decision) this.#port.decline(decision.decline);
    const problem = "answer" in decision ? "refused" : "drop" in decision ? decision.drop : "";
    if (problem === "") return;
    logger.debug("MCP message from peer not taken", { peerId: this.#port.peerId, problem });
  }
}
