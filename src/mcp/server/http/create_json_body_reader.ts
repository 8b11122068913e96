import { type Clock, DelayQueue, systemClock } from "../../../concurrency/mod.ts";
import { DEFAULT_BODY_TIMEOUT_MS, DEFAULT_MAX_BODY_BYTES } from "./http_defaults.ts";
import { type JsonBody, readJsonBody } from "./read_json_body.ts";

/** Options of {@linkcode createJsonBodyReader}. */
export interface JsonBodyReaderOptions {
  /** Larger bodies are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Slower bodies are refused with 408. @default {30000} */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Until this aborts, the timer that all bodies share may be running for a second after the last of them.
   * Setting it for each body costs as much as reading one.
   *
   * @default {undefined} it never is
   */
  readonly lingersUntil?: AbortSignal | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** Reads the JSON body of a request. Never rejects. */
export type JsonBodyReader = (request: Request) => Promise<JsonBody>;

/**
 * Read JSON bodies without trusting their length, speed or depth; for routes beside that of MCP.
 *
 * @param options The limits.
 * @returns What reads a body.
 */
export function createJsonBodyReader(options: JsonBodyReaderOptions = {}): JsonBodyReader {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES, clock = systemClock } = options;
  const { bodyTimeoutMs = DEFAULT_BODY_TIMEOUT_MS, lingersUntil } = options;
  const timeLimit = new DelayQueue(bodyTimeoutMs, clock, { lingersUntil });
  return (request) => readJsonBody(request, { maxBodyBytes, timeLimit });
}
