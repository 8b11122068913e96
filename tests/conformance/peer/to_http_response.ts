import type { JsonObject } from "../../../src/codec/mod.ts";

/** Method not found. */
const UNKNOWN_METHOD = -32601;

/** What is special about an answer. */
export interface HttpResponseOptions {
  /** Whether errors have a status of their own. */
  readonly isModern: boolean;
  /** @default {{}} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called when all has been answered, or the client has hung up. */
  readonly onEnd?: () => void;
}

/**
 * What a request over HTTP is answered: JSON if the answer comes first, else a stream of events.
 *
 * @param answers News, if any, and the answer.
 */
export async function toHttpResponse(
  answers: ReadableStream<JsonObject>,
  options: HttpResponseOptions,
): Promise<Response> {
  const { isModern, headers = {}, onEnd } = options;
  const reader = answers.getReader();
  const first = await reader.read();
  if (first.value !== undefined && "method" in first.value) {
    const events = toEvents(first.value, { reader, onEnd });
    return new Response(events, { headers: { ...headers, "content-type": "text/event-stream" } });
  }
  onEnd?.();
  if (first.value === undefined) return new Response(null, { status: 502 });
  return Response.json(first.value, { headers, status: isModern ? toStatus(first.value) : 200 });
}

interface EventSource {
  readonly reader: ReadableStreamDefaultReader<JsonObject>;
  readonly onEnd: (() => void) | undefined;
}

function toEvents(first: JsonObject, { reader, onEnd }: EventSource): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const toEvent = (message: JsonObject) =>
    encoder.encode(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  return new ReadableStream({
    start: (controller) => controller.enqueue(toEvent(first)),
    async pull(controller) {
      const { value, done } = await reader.read();
      if (!done) return controller.enqueue(toEvent(value));
      controller.close();
      onEnd?.();
    },
    cancel: () => onEnd?.(),
  });
}

function toStatus({ error }: JsonObject): number {
  if (error === undefined) return 200;
  return (error as JsonObject)["code"] === UNKNOWN_METHOD ? 404 : 400;
}
