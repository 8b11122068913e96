import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { ExecutionError } from "../errors.ts";

/** A piece of a generated text. */
export interface CompletionChunk {
  /** What is new; may be empty. */
  readonly text: string;
  /** The model that the endpoint says it used. */
  readonly model?: string;
  /** Why generation ended, on the last piece. */
  readonly finishReason?: string;
  /** Token counts, where the endpoint gives them. */
  readonly usage?: JsonObject;
}

const choice = z.object({
  text: z.string().nullish(),
  delta: z.object({ content: z.string().nullish() }).nullish(),
  message: z.object({ content: z.string().nullish() }).nullish(),
  "finish_reason": z.string().nullish(),
});

const chunkSchema = z.object({
  model: z.string().optional(),
  choices: z.array(choice).default([]),
  usage: z.record(z.string(), z.json()).nullish(),
  error: z.union([z.string(), z.object({ message: z.string() })]).optional(),
});

/** Longest answer that is read; many times what the longest text takes, events included. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Read the answer of an OpenAI-compatible endpoint piece by piece.
 *
 * @param response Server-sent events ending in `[DONE]`, or one JSON object from endpoints that do
 * not stream.
 * @param maxBytes Longest answer that is read.
 * @returns The pieces in order.
 * @throws {ExecutionError} `endpoint_error` if the endpoint reports an error or sends something else.
 */
export async function* readCompletionStream(
  response: Response,
  maxBytes: number = MAX_ANSWER_BYTES,
): AsyncGenerator<CompletionChunk, void, undefined> {
  if (response.body === null) throw endpointError("the answer is empty");
  const body = response.body.pipeThrough(limitBytes(maxBytes));
  const isJson = response.headers.get("content-type")?.includes("application/json") ?? false;
  if (isJson) {
    yield parseChunk(await new Response(body).text());
    return;
  }
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  let finished = false;
  for await (const event of events) {
    if (event.data === "[DONE]") return;
    const chunk = parseChunk(event.data);
    finished ||= chunk.finishReason !== undefined;
    yield chunk;
  }
  if (!finished) throw endpointError("the answer broke off");
}

/** Passes bytes through, up to a limit. */
function limitBytes(maxBytes: number): TransformStream<Bytes, Bytes> {
  let left = maxBytes;
  return new TransformStream({
    transform(bytes, controller) {
      left -= bytes.length;
      if (left < 0) controller.error(endpointError(`its answer is longer than ${maxBytes} bytes`));
      else controller.enqueue(bytes);
    },
  });
}

function parseChunk(text: string): CompletionChunk {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw endpointError("it sent something that is not JSON", cause);
  }
  const parsed = chunkSchema.safeParse(value);
  if (!parsed.success) throw endpointError("it sent an unknown kind of message", parsed.error);
  const { choices, model, usage, error } = parsed.data;
  if (error !== undefined) throw endpointError(typeof error === "string" ? error : error.message);
  const first = choices[0];
  return {
    text: first?.delta?.content ?? first?.message?.content ?? first?.text ?? "",
    ...(model === undefined ? {} : { model }),
    ...(first?.["finish_reason"] ? { finishReason: first["finish_reason"] } : {}),
    ...(usage ? { usage: usage as JsonObject } : {}),
  };
}

function endpointError(detail: string, cause?: unknown): ExecutionError {
  return new ExecutionError(`Cannot generate text as the endpoint failed: ${detail}`, {
    code: "endpoint_error",
    retryable: true,
    cause,
  });
}
