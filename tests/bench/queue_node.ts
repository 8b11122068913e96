/** A node with a queue, and nothing else that mcpp has: peers with the token can use the queue. */

import { runTaskGroup, waitForAbort } from "../../src/concurrency/mod.ts";
import { openBenchNode } from "./bench_node.ts";

const [token = ""] = Deno.args;
await runTaskGroup(async (group) => {
  await using node = await openBenchNode(group, { token });
  const ready = { event: "ready", url: "", multiaddrs: node.network.multiaddrs() };
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(ready)}\n`));
  await waitForAbort(group.signal);
});
