import type { DelayQueue } from "../../../concurrency/mod.ts";
import { concatBytes, decodeUtf8, type JsonValue, parseJson } from "../../../codec/mod.ts";

/** How a request's body came out: the value, or the status to refuse it with. */
export type JsonBody =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly status: 400 | 408 | 413; readonly message: string };

/** Limits on reading a body. */
export interface ReadJsonBodyOptions {
  /** How large it may be. */
  readonly maxBodyBytes: number;
  /** Its delay is how long a body may take to arrive. */
  readonly timeLimit: DelayQueue;
}

/** Bodies that say to be no longer are read in one piece, which costs half as much. */
const ONE_PIECE_BYTES = 64 * 1024;

const TOO_LARGE = Symbol("too large");
const TOO_SLOW = Symbol("too slow");
type BodyBytes = Uint8Array | typeof TOO_LARGE | typeof TOO_SLOW;

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
  const { maxBodyBytes } = options;
  try {
    const bytes = await readBytes(request, options);
    if (bytes === TOO_SLOW) {
      return { ok: false, status: 408, message: "Cannot read request as its body took too long" };
    }
    if (bytes === TOO_LARGE || bytes.byteLength > maxBodyBytes) {
      const message = `Cannot read request as its body is larger than ${maxBodyBytes} bytes`;
      return { ok: false, status: 413, message };
    }
    return { ok: true, value: parseJson(decodeUtf8(bytes)) };
  } catch {
    // Not UTF-8, not JSON, too deep, or the client hung up: the parser's text may quote the body.
    return { ok: false, status: 400, message: "Cannot read request as its body is not JSON" };
  }
}

function readBytes(request: Request, options: ReadJsonBodyOptions): Promise<BodyBytes> | BodyBytes {
  const announced = request.headers.get("content-length");
  if (announced === null) return readPieces(request, options);
  const lengthBytes = Number(announced);
  if (lengthBytes > options.maxBodyBytes) return TOO_LARGE;
  return lengthBytes <= ONE_PIECE_BYTES
    ? readOnePiece(request, options)
    : readPieces(request, options);
}

function readOnePiece(request: Request, { timeLimit }: ReadJsonBodyOptions): Promise<BodyBytes> {
  return new Promise((resolve, reject) => {
    // The platform's read cannot be cancelled. Late bytes are no more than announced, and go nowhere.
    const takeBack = timeLimit.add(() => resolve(TOO_SLOW));
    request.bytes().then(resolve, reject).finally(takeBack);
  });
}

async function readPieces(request: Request, options: ReadJsonBodyOptions): Promise<BodyBytes> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const pieces: Uint8Array[] = [];
  let receivedBytes = 0;
  let isTooSlow = false;
  const takeBack = options.timeLimit.add(() => {
    isTooSlow = true;
    // Ends the read below; a stream that does not want to be cancelled has ended by itself.
    reader.cancel().catch(() => {});
  });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      receivedBytes += next.value.byteLength;
      if (receivedBytes > options.maxBodyBytes) {
        await reader.cancel();
        return TOO_LARGE;
      }
      pieces.push(next.value);
    }
    return isTooSlow ? TOO_SLOW : concatBytes(pieces);
  } finally {
    takeBack();
  }
}
