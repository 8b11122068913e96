import type { Network, Stream } from "../../src/network/mod.ts";
import { WrappedNetwork } from "../unit/network/wrapped_network.ts";

/** How many bytes have gone through the streams that a network opened, both ways together. */
export interface ByteCount {
  bytes: number;
}

/**
 * A network that counts what goes through the streams that it opens.
 *
 * @param network The network to be used.
 * @param count Where to add the bytes up.
 */
export function countBytes(network: Network, count: ByteCount): Network {
  return Object.assign(new WrappedNetwork(network), {
    openStream: async (...args: Parameters<Network["openStream"]>): Promise<Stream> =>
      countStream(await network.openStream(...args), count),
  });
}

function countStream(stream: Stream, count: ByteCount): Stream {
  return {
    protocol: stream.protocol,
    remotePeerId: stream.remotePeerId,
    get isOutdated() {
      return stream.isOutdated;
    },
    async read(options) {
      const bytes = await stream.read(options);
      count.bytes += bytes?.length ?? 0;
      return bytes;
    },
    async write(bytes, options) {
      count.bytes += bytes.length;
      await stream.write(bytes, options);
    },
    closeWrite: (options) => stream.closeWrite(options),
    close: (options) => stream.close(options),
    abort: (reason) => stream.abort(reason),
  };
}
