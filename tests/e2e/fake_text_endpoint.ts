/** A generation that a node has asked for and that the test answers piece by piece. */
export interface Generation {
  readonly path: string;
  readonly authorization: string | null;
  /** The body of the request. */
  readonly body: { readonly model: string; readonly messages: readonly unknown[] };
  /** Send a piece of text. */
  write(text: string): void;
  /** Say that the text is complete. */
  finish(): void;
  /** Resolves when the node has hung up without waiting for the end. */
  readonly abandoned: Promise<void>;
}

/** An OpenAI-compatible server whose every answer is in the hands of the test: nothing sleeps. */
export interface FakeTextEndpoint extends AsyncDisposable {
  /** For `--text-endpoint`. */
  readonly url: string;
  /** How many generations were asked for. */
  readonly requests: number;
  /** The next generation that is asked for, or has been and was not taken yet. */
  nextGeneration(): Promise<Generation>;
}

/** Start the server on a free port. */
export function openFakeTextEndpoint(): FakeTextEndpoint {
  const generations = new TransformStream<Generation, Generation>(
    undefined,
    { highWaterMark: 100 },
    { highWaterMark: 100 },
  );
  const incoming = generations.writable.getWriter();
  const outgoing = generations.readable.getReader();
  const closing = new AbortController();
  let requests = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: closing.signal, onListen: () => {} },
    async (request) => {
      requests++;
      const { generation, response } = await startGeneration(request);
      await incoming.write(generation);
      return response;
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get requests() {
      return requests;
    },
    nextGeneration: async () => {
      const { value } = await outgoing.read();
      if (value === undefined) throw new Error("The endpoint has been closed");
      return value;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await server.finished;
      await outgoing.cancel();
    },
  };
}

async function startGeneration(
  request: Request,
): Promise<{ generation: Generation; response: Response }> {
  const encoder = new TextEncoder();
  const abandoned = Promise.withResolvers<void>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: () => abandoned.resolve(),
  });
  const body = await request.json();
  const send = (text: string): void => controller?.enqueue(encoder.encode(`data: ${text}\n\n`));
  const sendChunk = (choice: Readonly<Record<string, unknown>>): void =>
    send(JSON.stringify({ model: body.model, choices: [choice] }));
  return {
    generation: {
      path: new URL(request.url).pathname,
      authorization: request.headers.get("authorization"),
      body,
      write: (text) => sendChunk({ delta: { content: text } }),
      finish: () => {
        sendChunk({ delta: {}, "finish_reason": "stop" });
        send("[DONE]");
        controller?.close();
      },
      abandoned: abandoned.promise,
    },
    response: new Response(stream, { headers: { "content-type": "text/event-stream" } }),
  };
}
