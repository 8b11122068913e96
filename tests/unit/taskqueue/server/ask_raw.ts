import type { Network, Stream } from "../../../../src/network/mod.ts";
import { TASK_QUEUE_PROTOCOL } from "../../../../src/taskqueue/mod.ts";

const SERVER = { peerId: "server" };

/** Opens a stream to the server under test. */
export function openRaw(network: Network): Promise<Stream> {
  return network.openStream(SERVER, TASK_QUEUE_PROTOCOL);
}

/** All that the server sends until it ends its half. */
export async function readAll(stream: Stream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Options of {@linkcode askRaw}. */
export interface AskRawOptions {
  /** Whether our half ends after the request, as with a program that writes and closes. */
  readonly endsHalf?: boolean;
}

/** Sends bytes as they are, and gives all that comes back. */
export async function askRaw(
  network: Network,
  request: string | Uint8Array,
  options: AskRawOptions = {},
): Promise<string> {
  const stream = await openRaw(network);
  const bytes = typeof request === "string" ? new TextEncoder().encode(request) : request;
  await stream.write(bytes);
  if (options.endsHalf === true) await stream.closeWrite();
  const text = await readAll(stream);
  await stream.close();
  return text;
}

/** Sends a request as Python peers do, and gives the reply. */
export async function ask(
  network: Network,
  request: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const text = await askRaw(network, `${JSON.stringify(request)}\n`);
  return JSON.parse(text);
}
