import { runTaskGroup } from "../concurrency/mod.ts";
import { type Config, createConfig } from "../config/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { ClientEndpoints } from "./client_endpoints.ts";
import type { ClientTarget } from "./client_target.ts";
import type { CreateClientOptions } from "./create_client.ts";

/** How {@linkcode connectRelay} connects, and to whom. */
export interface ConnectRelayOptions
  extends Pick<CreateClientOptions, "token" | "bearer" | "oauth"> {
  /** Where the client's messages come from, such as `Deno.stdin.readable`. */
  readonly input: ReadableStream<Uint8Array>;
  /** Where messages for the client go, such as `Deno.stdout.writable`. */
  readonly output: WritableStream<Uint8Array>;
  /** Where token and peer-to-peer settings come from. @default {createConfig()} */
  readonly config?: Config | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Be an MCP server on two streams that relays everything to another, which is elsewhere.
 *
 * @param target The other; of several, the first.
 * @param options The streams, and credentials.
 * @returns When the client has ended its input and has its answers.
 * @throws {InvalidTargetError} If the target says nowhere where the server is.
 * @throws {NotRelayableError} If messages cannot be relayed there.
 */
export async function connectRelay(
  target: ClientTarget,
  options: ConnectRelayOptions,
): Promise<void> {
  const { input, output, config = createConfig(), signal } = options;
  await using resources = new AsyncDisposableStack();
  const endpoints = resources.use(new ClientEndpoints(config, options));
  const [endpoint] = await endpoints.resolve(target);
  if (endpoint === undefined) throw new TypeError("Cannot relay as no server is given");
  const { createFarSide, relayMcp } = await import("../mcp/relay/mod.ts");
  const { openStdioChannel } = await import("../mcp/server/mod.ts");
  const logger = getLogger("relay");
  const far = createFarSide(endpoint, { logger });
  const near = resources.use(openStdioChannel({ input, output }));
  await runTaskGroup((group) => relayMcp(group, { near, far, logger }), {
    name: "mcpp connect",
    signal,
  });
}
