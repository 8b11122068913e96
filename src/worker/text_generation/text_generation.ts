import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import { ExecutionError } from "../errors.ts";
import type { Executor, ExecutorContext } from "../executor.ts";
import { type CompletionRequest, parseTextPayload } from "./text_payload.ts";
import { type CompletionChunk, readCompletionStream } from "./completion_stream.ts";

/** Where text is generated. */
export interface TextGenerationOptions {
  /**
   * Base URL of an OpenAI-compatible server, such as `http://127.0.0.1:11434`. A URL without a path
   * gets `/v1`.
   */
  readonly endpoint: string;
  /** Sent as a bearer token. @default {undefined} no authorization header */
  readonly apiKey?: string | undefined;
  /** How long one attempt may take, in milliseconds. @default {600000} */
  readonly timeoutMs?: number | undefined;
  /** Longest text to accept, in UTF-16 units. @default {400000} */
  readonly maxTextLength?: number | undefined;
  /** Measures the limit. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

const DEFAULT_TIMEOUT_MS = 600_000;
const DEFAULT_MAX_TEXT_LENGTH = 400_000;
/** Progress carries the text so far up to here; beyond it only the length. */
const MAX_PROGRESS_TEXT_LENGTH = 16_384;
/** Enough of an error body to tell what is wrong. */
const MAX_ERROR_BODY_LENGTH = 500;

/**
 * The executor of `text-generation`: asks an OpenAI-compatible HTTP server (Ollama, llama.cpp, vLLM,
 * …) and streams what it writes as progress.
 *
 * The model is the task's own; the endpoint is the operator's choice, never the task's. The result is
 * `{ text, model, finish_reason, usage }`.
 *
 * @param options The endpoint and its limits.
 * @returns The executor.
 * @throws {TypeError} If the endpoint is not an `http:` or `https:` URL.
 * @see {@link https://platform.openai.com/docs/api-reference/chat | Chat completions}
 */
export function createTextGenerationExecutor(options: TextGenerationOptions): Executor {
  const base = toBaseUrl(options.endpoint);
  return {
    type: "text-generation",
    aliases: ["text_generation", "generation"],
    async execute(task, context): Promise<JsonObject> {
      const request = parseTextPayload(task.model, task.payload);
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const attempt = await moveOnAfter(timeoutMs, async (signal) => {
        const response = await postCompletion(base, request, options, signal);
        return await collectText(response, request, options, context);
      }, { clock: options.clock, signal: context.signal });
      if (attempt.timedOut) throw tooSlow(base, timeoutMs);
      return attempt.value;
    },
  };
}

function toBaseUrl(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `Cannot use text endpoint as it is not an http or https URL: endpoint "${endpoint}"`,
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path === "" ? "/v1" : path}`;
}

async function postCompletion(
  base: string,
  request: CompletionRequest,
  options: TextGenerationOptions,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ "content-type": "application/json", accept: "text/event-stream" });
  if (options.apiKey !== undefined) headers.set("authorization", `Bearer ${options.apiKey}`);
  const url = `${base}${request.path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(request.body),
      redirect: "error",
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new ExecutionError(
      `Cannot generate text as the endpoint does not answer: endpoint "${url}"`,
      { code: "endpoint_unreachable", retryable: true, cause },
    );
  }
  if (response.ok && response.body !== null) return response;
  const text = await readStart(response, MAX_ERROR_BODY_LENGTH);
  throw new ExecutionError(
    `Cannot generate text as the endpoint refuses: endpoint "${url}", status ${response.status}, ` +
      `answer ${JSON.stringify(text)}`,
    { code: "endpoint_rejected", retryable: isRetryableStatus(response.status) },
  );
}

/** The first characters of an answer; the rest is not waited for. */
async function readStart(response: Response, maxLength: number): Promise<string> {
  let text = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.length >= maxLength) break;
  }
  return text.slice(0, maxLength);
}

function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

async function collectText(
  response: Response,
  request: CompletionRequest,
  options: TextGenerationOptions,
  context: ExecutorContext,
): Promise<JsonObject> {
  const maxLength = options.maxTextLength ?? DEFAULT_MAX_TEXT_LENGTH;
  let text = "";
  let last: CompletionChunk = { text: "" };
  for await (const chunk of readCompletionStream(response)) {
    text += chunk.text;
    last = { ...last, ...chunk };
    if (text.length > maxLength) throw tooLong(maxLength);
    if (chunk.text !== "") context.reportProgress(toProgress(text));
  }
  return {
    text,
    model: last.model ?? request.model,
    "finish_reason": last.finishReason ?? null,
    usage: last.usage ?? null,
  } satisfies Record<string, JsonValue>;
}

function toProgress(text: string): JsonObject {
  const shown = text.length <= MAX_PROGRESS_TEXT_LENGTH ? { text } : {};
  return { phase: "generating", length: text.length, ...shown };
}

function tooSlow(base: string, timeoutMs: number): ExecutionError {
  return new ExecutionError(
    `Cannot generate text as the endpoint is too slow: endpoint "${base}", limit ${timeoutMs} ms`,
    { code: "endpoint_timeout", retryable: true },
  );
}

function tooLong(maxLength: number): ExecutionError {
  return new ExecutionError(
    `Cannot keep generated text as it is too long: more than ${maxLength} characters`,
    { code: "result_too_large", retryable: false },
  );
}
