import {
  FrameTooLargeError,
  InvalidUtf8Error,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../../codec/mod.ts";
import {
  CancelReason,
  type Clock,
  failAfter,
  isCancellation,
  runTaskGroup,
  shield,
  type TaskGroup,
} from "../../concurrency/mod.ts";
import { type Stream, StreamResetError } from "../../network/mod.ts";
import { type Intake, TooMuchUnfinishedError } from "../../network/conduct/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { MAX_REPLY_BYTES } from "../protocol/constants.ts";
import { InvalidRequestError } from "../protocol/errors.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { encodeLine, LineCall } from "./line_call.ts";
import { toTooLarge } from "./limit_reply.ts";
import { readRequest } from "./read_request.ts";

/** What {@linkcode serveStream} needs. */
export interface ServeStreamDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Counts what is held of requests that have begun. */
  readonly intake: Intake;
  /** Told of what is no request. */
  readonly onRefused: (peerId: string, code: string) => void;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** How long giving back what a caller did not get may take. */
const UNDO_TIMEOUT_MS = 5_000;
/** Bytes after the request that are read to notice when the caller hangs up. */
const MAX_IGNORED_BYTES = 64 * 1024;

/**
 * Answer the one request of a stream. Returns when the reply is written, or the caller has gone.
 *
 * @throws {unknown} The signal's reason if that aborts.
 */
export async function serveStream(
  stream: Stream,
  deps: ServeStreamDeps,
  signal: AbortSignal,
): Promise<void> {
  const read = await tryReadRequest(stream, deps, signal);
  if (read === undefined) return;
  const caller = { hasHungUp: false };
  try {
    await runTaskGroup((group) => answer(stream, { ...deps, group, read, caller }), {
      name: "request",
      clock: deps.clock,
      signal,
    });
  } catch (error) {
    if (signal.aborted || !caller.hasHungUp) throw error;
    stream.abort(error instanceof Error ? error : new Error("The caller has gone"));
  }
}

/** What came in: a message, or what is to be answered instead. */
type ReadRequest =
  | { readonly message: JsonValue }
  | { readonly refusal: Error };

async function tryReadRequest(
  stream: Stream,
  deps: ServeStreamDeps,
  signal: AbortSignal,
): Promise<ReadRequest | undefined> {
  const { readTimeoutMs, intake, clock } = deps;
  try {
    const read = (readSignal: AbortSignal) => readRequest(stream, { intake, signal: readSignal });
    const line = await failAfter(readTimeoutMs, read, { name: "read request", clock, signal });
    return line === undefined ? undefined : parseLine(line);
  } catch (error) {
    if (isCancellation(error, signal)) throw error;
    if (error instanceof FrameTooLargeError) return { refusal: error };
    if (error instanceof InvalidUtf8Error) {
      return { refusal: new InvalidRequestError("invalid_json", "it is not UTF-8") };
    }
    if (error instanceof TooMuchUnfinishedError) {
      return { refusal: new InvalidRequestError(error.code, "too many others are unfinished") };
    }
    if (error instanceof CancelReason) {
      return { refusal: new InvalidRequestError("request_timeout", "it was not complete in time") };
    }
    if (!(error instanceof StreamResetError)) throw error;
    // The caller has gone before its request was complete: there is nobody to answer.
    return undefined;
  }
}

function parseLine(line: string): ReadRequest {
  try {
    return { message: parseJson(line) };
  } catch (error) {
    if (error instanceof Error) return { refusal: error };
    throw error;
  }
}

interface Answering extends ServeStreamDeps {
  readonly group: TaskGroup;
  readonly read: ReadRequest;
  readonly caller: { hasHungUp: boolean };
}

async function answer(stream: Stream, answering: Answering): Promise<void> {
  const { group, read, caller, dispatcher, clock, writeTimeoutMs } = answering;
  const { signal } = group;
  const hangUp = () => {
    caller.hasHungUp = true;
    group.cancel("the caller has hung up");
  };
  const call: LineCall = new LineCall(stream, {
    signal,
    startSending: () =>
      group.spawn(
        "send events",
        (childSignal) => untilBroken(call.sendEvents(childSignal), hangUp),
      ),
  });
  group.spawn("watch caller", (childSignal) => untilBroken(watch(stream, childSignal), hangUp));
  const reply = "message" in read
    ? await dispatcher.dispatch(read.message, call)
    : refuse(read.refusal, call.peerId, answering);
  try {
    await failAfter(
      writeTimeoutMs,
      async (writeSignal) => {
        await call.flush(writeSignal);
        await stream.write(encodeReply(reply), { signal: writeSignal });
      },
      { name: "write reply", clock, signal },
    );
  } catch (error) {
    caller.hasHungUp = true;
    await takeBack(call, answering);
    throw error;
  }
  group.cancel("the reply is written");
}

function refuse(error: Error, peerId: string, { dispatcher, onRefused }: Answering): JsonObject {
  const reply = dispatcher.refuse(error, peerId);
  onRefused(peerId, String(reply["error"]));
  return reply;
}

/** What was read ahead is of no interest: this is to notice when the caller breaks the stream. */
async function watch(stream: Stream, signal: AbortSignal): Promise<void> {
  for (let bytes = 0; bytes < MAX_IGNORED_BYTES;) {
    const chunk = await stream.read({ signal });
    // The end of the caller's half is not a goodbye: it may still wait for the reply.
    if (chunk === null) return;
    bytes += chunk.length;
  }
}

async function untilBroken(work: Promise<void>, onBroken: () => void): Promise<void> {
  try {
    await work;
  } catch {
    // Either the stream is broken, or the request is over and cancelling it once more does nothing.
    onBroken();
  }
}

async function takeBack(call: LineCall, { clock, logger }: ServeStreamDeps): Promise<void> {
  try {
    await shield(() => call.undo(), {
      deadlineMs: UNDO_TIMEOUT_MS,
      name: "undo undelivered",
      clock,
    });
  } catch (error) {
    // Its lease ends in any case.
    logger?.debug("Undelivered claim could not be given back", { error });
  }
}

function encodeReply(reply: JsonObject): Uint8Array {
  const bytes = encodeLine(reply);
  return bytes.length <= MAX_REPLY_BYTES ? bytes : encodeLine(toTooLarge(reply));
}
