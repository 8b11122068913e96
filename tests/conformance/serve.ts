/**
 * The server under test by itself: `deno task conformance:serve --port N`. It prints its URL, and
 * serves until it is interrupted.
 */

import { parseArgs } from "node:util";
import { runTaskGroup } from "../../src/concurrency/mod.ts";
import { openFixtureServer } from "./fixture/open_fixture_server.ts";
import { write } from "./write.ts";

const { values } = parseArgs({
  args: [...Deno.args],
  options: { port: { type: "string", default: "0" } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`Cannot listen as this is no port: "${values.port}"`);
}
const interrupted = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => interrupted.resolve());
}
await runTaskGroup(async (group) => {
  await using server = await openFixtureServer(group, { port });
  await write(Deno.stdout, `${server.url}\n`);
  await interrupted.promise;
});
Deno.exit(0);
