import type { Connection, Libp2p, Stream } from "@libp2p/interface";

const PROTOCOL = "/mcpp-bench/echo/1.0.0";

/** Send back whatever comes in on streams of the echo protocol. */
export async function echoStreams(node: Libp2p): Promise<void> {
  await node.handle(PROTOCOL, async (stream) => {
    for await (const bytes of stream) stream.send(bytes);
    await stream.close();
  });
}

/** Open a stream of the echo protocol. */
export function openEchoStream(connection: Connection): Promise<Stream> {
  return connection.newStream(PROTOCOL);
}

/**
 * Send bytes and wait until as many have come back.
 *
 * @param stream A stream of the echo protocol.
 * @param bytes What is sent; short enough for one write.
 */
export async function roundTrip(stream: Stream, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let missing = bytes.length;
  const onMessage = (event: { readonly data: { readonly byteLength: number } }): void => {
    missing -= event.data.byteLength;
    if (missing <= 0) resolve();
  };
  const onClose = (): void => reject(new Error("The peer closed the stream"));
  stream.addEventListener("message", onMessage);
  stream.addEventListener("close", onClose);
  try {
    stream.send(bytes);
    await promise;
  } finally {
    stream.removeEventListener("message", onMessage);
    stream.removeEventListener("close", onClose);
  }
}
