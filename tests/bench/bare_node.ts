/**
 * The baseline of a node: libp2p, and an HTTP listener that echoes. Its start time and memory are
 * what Deno and libp2p cost before mcpp has done anything. With `--echo` libp2p streams echo, too.
 */

import { startBareLibp2p } from "./bare_libp2p.ts";
import { echoStreams } from "./echo_stream.ts";
import { echoFrames } from "./framed_echo.ts";

const node = await startBareLibp2p();
if (Deno.args.includes("--echo")) await Promise.all([echoStreams(node), echoFrames(node)]);
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  async (request) => new Response(await request.text()),
);
const ready = {
  event: "ready",
  url: `http://127.0.0.1:${server.addr.port}`,
  multiaddrs: node.getMultiaddrs().map(String),
};
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(ready)}\n`));
