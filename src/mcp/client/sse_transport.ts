import { SSEClientTransport } from "@modelcontextprotocol/client";
import { ConnectionLostError } from "./errors.ts";
import type { McpFetch } from "./mcp_fetch.ts";

/** Options of an {@linkcode SseTransport}. */
export interface SseTransportOptions {
  /** The server, for error messages. */
  readonly server: string;
  /** Headers of every request. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Makes the requests. */
  readonly fetch: McpFetch;
}

/**
 * The transport of protocol revision 2024-11-05: a stream of events that names the URL for messages.
 * A session lives as long as its stream, so that this transport is over when the stream is; left
 * alone, the SDK would open another stream and never hear of the requests of the first.
 */
export class SseTransport extends SSEClientTransport {
  constructor(url: URL, options: SseTransportOptions) {
    let isOpen = false;
    super(url, {
      requestInit: { headers: { ...options.headers } },
      fetch: async (target, init) => {
        if (init?.method === "POST") return await options.fetch(target, init);
        if (isOpen) {
          this.#lose();
          throw new ConnectionLostError(options.server);
        }
        const response = await options.fetch(target, init);
        if (!response.ok || response.body === null) return response;
        isOpen = true;
        const { status, headers } = response;
        return new Response(endingWith(response.body, () => this.#lose()), { status, headers });
      },
    });
  }

  #lose(): void {
    queueMicrotask(() => this.close().catch((error) => this.onerror?.(error)));
  }
}

/** The same bytes; says when there are no more, for whatever reason. */
function endingWith(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEnd: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      onEnd();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
