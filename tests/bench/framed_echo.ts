import type { Connection, Libp2p } from "@libp2p/interface";
import { encodeFrame, FrameDecoder } from "../../src/codec/mod.ts";

const PROTOCOL = "/mcpp-bench/framed-echo/1.0.0";
const FRAMES = { maxFrameBytes: 1024 * 1024 };

/** Send back every frame that comes in on streams of the protocol; nothing looks into it. */
export async function echoFrames(node: Libp2p): Promise<void> {
  await node.handle(PROTOCOL, (stream) => {
    const decoder = new FrameDecoder(FRAMES);
    stream.addEventListener("message", ({ data }) => {
      for (const body of decoder.decode(data.subarray())) stream.send(encodeFrame(body, FRAMES));
    });
  });
}

/** Frames that come back. */
export interface FramedEcho {
  /** Send a frame; resolves when it has come back. Many may be under way. */
  echo(body: Uint8Array): Promise<void>;
}

/** Open one stream for all frames. */
export async function openFramedEcho(connection: Connection): Promise<FramedEcho> {
  const stream = await connection.newStream(PROTOCOL);
  const decoder = new FrameDecoder(FRAMES);
  const underWay: PromiseWithResolvers<void>[] = [];
  stream.addEventListener("message", ({ data }) => {
    for (const _body of decoder.decode(data.subarray())) underWay.shift()?.resolve();
  });
  stream.addEventListener("close", () => {
    for (const { reject } of underWay.splice(0)) reject(new Error("The peer closed the stream"));
  });
  return {
    echo(body) {
      const waiting = Promise.withResolvers<void>();
      underWay.push(waiting);
      stream.send(encodeFrame(body, FRAMES));
      return waiting.promise;
    },
  };
}
