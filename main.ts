/**
 * Starts the `mcpp` command line.
 *
 * @module
 */

import { runCli } from "./src/cli/mod.ts";

if (import.meta.main) {
  // libp2p leaves a BroadcastChannel open that would keep the process alive.
  Deno.exit(await runCli(Deno.args));
}
