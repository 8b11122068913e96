/**
 * The same response, whose body ends when a signal aborts. `fetch` promises that of its own signal, but
 * Deno keeps the promise only until the `Response` is collected, which for a long stream is soon; the
 * server then never hears that nobody listens any more.
 *
 * @param response The response of a `fetch`.
 * @param signal The signal that the `fetch` was given.
 * @returns The response to read.
 */
export function toAbortableResponse(
  response: Response,
  signal: AbortSignal | null | undefined,
): Response {
  const { body, status, statusText, headers } = response;
  if (body === null || signal === null || signal === undefined) return response;
  return new Response(readUntilAborted(body, signal), { status, statusText, headers });
}

function readUntilAborted(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let onAbort: () => void = () => {};
  const end = (): void => signal.removeEventListener("abort", onAbort);
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      onAbort = () => {
        controller.error(signal.reason);
        // It may have ended already, by the same signal.
        reader.cancel(signal.reason).catch(() => {});
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        if (!signal.aborted) controller.error(error);
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}
