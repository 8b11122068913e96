import { type JsonValue, parseJson } from "../../codec/mod.ts";
import { moveOnAfter } from "../../concurrency/mod.ts";

/** How a request's body came out: the value, or the status to refuse it with. */
export type JsonBody =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly status: 400 | 408 | 413; readonly message: string };

/** Limits on reading a body. */
export interface ReadJsonBodyOptions {
  /** How large it may be. */
  readonly maxBodyBytes: number;
  /** How long it may take to arrive. */
  readonly bodyTimeoutMs: number;
}

/**
 * Read a JSON body without trusting its length, its speed or its depth.
 *
 * @param request The request, its body untouched.
 * @param options The limits.
 * @returns The value, or why there is none.
 */
export async function readJsonBody(
  request: Request,
  options: ReadJsonBodyOptions,
): Promise<JsonBody> {
  const { maxBodyBytes, bodyTimeoutMs } = options;
  const tooLarge = `Cannot read request as its body is larger than ${maxBodyBytes} bytes`;
  if (Number(request.headers.get("content-length")) > maxBodyBytes) {
    return { ok: false, status: 413, message: tooLarge };
  }
  try {
    const read = await moveOnAfter(
      bodyTimeoutMs,
      (signal) => readText(request, { maxBodyBytes, signal }),
    );
    if (read.timedOut) {
      const message = `Cannot read request as its body took longer than ${bodyTimeoutMs} ms`;
      return { ok: false, status: 408, message };
    }
    if (read.value === undefined) return { ok: false, status: 413, message: tooLarge };
    return { ok: true, value: parseJson(read.value) };
  } catch {
    // Not UTF-8, not JSON, too deep, or the client hung up: the parser's text may quote the body.
    return { ok: false, status: 400, message: "Cannot read request as its body is not JSON" };
  }
}

/** The text, or `undefined` when there is too much of it. */
async function readText(
  request: Request,
  { maxBodyBytes, signal }: { readonly maxBodyBytes: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (request.body === null) return "";
  const reader = request.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const onAbort = (): void => {
    reader.cancel(signal.reason).catch(() => {});
  };
  signal.addEventListener("abort", onAbort, { once: true });
  let text = "";
  let receivedBytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    receivedBytes += next.value.byteLength;
    if (receivedBytes > maxBodyBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(next.value, { stream: true });
  }
  signal.throwIfAborted();
  return text + decoder.decode();
}
