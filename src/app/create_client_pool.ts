import type { ClientPool, ClientPoolOptions } from "../mcp/mod.ts";
import { createClient, type CreateClientOptions } from "./create_client.ts";

/**
 * Share connections between parts of a program that come and go: one for each target.
 *
 * @param options How to connect, and how many connections there may be for how long.
 * @returns The pool; its targets are those of {@linkcode createClient} that are texts. Dispose it.
 */
export async function createClientPool(
  options: Omit<CreateClientOptions, "signal"> & ClientPoolOptions = {},
): Promise<ClientPool> {
  const { createClientPool: createPool } = await import("../mcp/client/mod.ts");
  const connect = (target: string, { signal }: { readonly signal: AbortSignal }) =>
    createClient(target, { ...options, signal });
  return createPool(connect, options);
}
