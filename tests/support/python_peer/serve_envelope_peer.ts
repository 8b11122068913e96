import { encodeFrame, FrameDecoder } from "../../../src/codec/mod.ts";
import type { Clock, TaskGroup } from "../../../src/concurrency/mod.ts";
import type { Network } from "../../../src/network/mod.ts";
import { fromPythonJson, toPythonJson } from "./python_json.ts";
import type { Message } from "./python_queue.ts";
import { FRAMED_PROTOCOL } from "./serve_head_peer.ts";

const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Serves what a Python peer has on port 19001: envelopes under the id of the framed protocol. */
export async function serveEnvelopePeer(
  group: TaskGroup,
  network: Network,
  { clock }: { readonly clock: Clock },
): Promise<void> {
  await network.handle(group, FRAMED_PROTOCOL, async (stream, signal) => {
    const decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES });
    for (;;) {
      const chunk = await stream.read({ signal });
      if (chunk === null) return;
      for (const body of decoder.decode(chunk)) {
        const request = fromPythonJson(new TextDecoder().decode(body)) as Message;
        const reply = toPythonJson({
          type: "response",
          method: request["method"] ?? "",
          params: {},
          id: String(request["id"] ?? ""),
          result: null,
          error: `Unknown method: ${request["method"]}`,
          sender: network.peerId,
          timestamp: clock.now() / 1_000,
        });
        await stream.write(encodeFrame(reply, { maxFrameBytes: MAX_FRAME_BYTES }), { signal });
        // One request on each stream.
        return;
      }
    }
  });
}
