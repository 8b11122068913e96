import { EventSourceParserStream } from "eventsource-parser/stream";
import { isJsonObject, type JsonObject, parseJson } from "../../codec/mod.ts";
import { AppError } from "../../error/mod.ts";
import { NotMcpServerError } from "../client/errors.ts";

/** Longest answer, and longest event, that is read. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What a stream of events holds, and where it is. */
export interface ReadEvent {
  /** Names the event, if it can be come back to. */
  readonly id: string | undefined;
  /** Its message, if it has one. */
  readonly message: JsonObject | undefined;
}

/** How a stream of events is read. */
export interface ReadEventsOptions {
  /** For errors. */
  readonly server: string;
  /** Told how long to wait before coming back. */
  readonly onRetry: (retryMs: number) => void;
}

/** The media type of an answer, without its parameters. */
export function mediaTypeOf(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * Read the messages of an answer that is JSON.
 *
 * @param response The answer.
 * @param server For errors.
 * @returns One message, or several.
 * @throws {NotMcpServerError} If there are none.
 */
export async function readJsonAnswer(
  response: Response,
  server: string,
): Promise<readonly JsonObject[]> {
  const text = await readText(response, server);
  try {
    const value = parseJson(text);
    const messages = Array.isArray(value) ? value.filter(isJsonObject) : [value];
    return messages.filter(isJsonObject);
  } catch (error) {
    if (error instanceof AppError) throw notMcp(server, error);
    throw error;
  }
}

/**
 * Read the messages of an answer that is a stream of events.
 *
 * @param response The answer.
 * @param options For errors and delays.
 * @returns The events. To stop early ends the stream.
 */
export async function* readEvents(
  response: Response,
  { server, onRetry }: ReadEventsOptions,
): AsyncGenerator<ReadEvent, void, undefined> {
  if (response.body === null) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onRetry, maxBufferSize: MAX_ANSWER_BYTES }));
  for await (const { id, event = "message", data } of events) {
    yield { id, message: event === "message" ? parseEvent(data, server) : undefined };
  }
}

/** An event without data only says where the stream is. */
function parseEvent(data: string, server: string): JsonObject | undefined {
  if (data === "") return undefined;
  const value = parseJson(data);
  if (!isJsonObject(value)) throw notMcp(server);
  return value;
}

async function readText(response: Response, server: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new NotMcpServerError(server, "its answer is too large");
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}

function notMcp(server: string, cause?: unknown): NotMcpServerError {
  return new NotMcpServerError(server, "its answer is not MCP", cause);
}
