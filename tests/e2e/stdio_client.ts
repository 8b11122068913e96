import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { toMcppCommand } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

/** The official client, with an `mcpp` command that it has started as its server. */
export interface StdioClient extends AsyncDisposable {
  readonly client: Client;
}

/** For its own class alone, the package starts a second process to ask which era there is. */
class OneProcessTransport extends StdioClientTransport {}

/** How it is started, and in which era it speaks. */
export interface StdioClientOptions {
  readonly mode: "legacy" | "auto";
  readonly env?: Readonly<Record<string, string>>;
}

/** Start an `mcpp` command as a desktop agent would. */
export async function startStdioClient(
  args: readonly string[],
  { mode, env }: StdioClientOptions,
): Promise<StdioClient> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await openTempDir());
  const client = new Client({ name: "e2e", version: "1.0.0" }, { versionNegotiation: { mode } });
  const transport = new OneProcessTransport({
    ...toMcppCommand(args, home.path, { MCPP_LOG_LEVEL: "warn", ...env }),
    stderr: "inherit",
  });
  await client.connect(transport);
  opened.defer(() => stop(client, transport));
  const owned = opened.move();
  return { client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Left to itself, the client would wait with timers that it then forgets. */
async function stop(client: Client, transport: StdioClientTransport): Promise<void> {
  const { pid } = transport;
  const closed = new Promise<void>((resolve) => client.onclose = resolve);
  if (pid !== null) {
    Deno.kill(pid, "SIGTERM");
    await within("the end of the server", closed);
  }
  await client.close();
}
