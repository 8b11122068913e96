import { type JSONRPCMessage, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

type SendOptions = Parameters<StreamableHTTPClientTransport["send"]>[1];

/** Marks the error that stands in for an answer that will not come. */
export const CONNECTION_LOST = "connection_lost";

/**
 * The SDK's HTTP transport, made to say so when the stream of an answer ends without the answer.
 * Left alone, a request would then wait for its time limit, and here it has none.
 */
export class HttpTransport extends StreamableHTTPClientTransport {
  /** @inheritDoc */
  override send(message: JSONRPCMessage, options?: SendOptions): Promise<void> {
    return super.send(message, {
      ...options,
      onRequestStreamEnd: () => {
        options?.onRequestStreamEnd?.();
        this.#answerLost(message);
      },
    });
  }

  /** Ignored by the protocol if the answer was there. */
  #answerLost(message: JSONRPCMessage): void {
    if (!("id" in message) || !("method" in message)) return;
    const data = { code: CONNECTION_LOST };
    const error = { code: -32000, message: "The stream ended without the answer", data };
    this.onmessage?.({ jsonrpc: "2.0", id: message.id, error });
  }
}
