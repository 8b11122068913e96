import type { McpClient } from "./mcp_client.ts";

/** A client that belongs to somebody else: disposing it only gives it back. */
export type BorrowedClient = McpClient;

/**
 * A client that does something else than the original when it is disposed.
 *
 * @param client The original.
 * @param giveBack Called once, at the first disposal.
 * @returns The client to hand out.
 */
export function lendClient(
  client: McpClient,
  giveBack: () => Promise<void> | void,
): BorrowedClient {
  let returned: Promise<void> | undefined;
  return {
    get serverInfo() {
      return client.serverInfo;
    },
    get era() {
      return client.era;
    },
    get protocolVersion() {
      return client.protocolVersion;
    },
    get instructions() {
      return client.instructions;
    },
    get capabilities() {
      return client.capabilities;
    },
    listTools: (options) => client.listTools(options),
    callTool: (name, args, options) => client.callTool(name, args, options),
    listResources: (options) => client.listResources(options),
    listResourceTemplates: (options) => client.listResourceTemplates(options),
    readResource: (uri, options) => client.readResource(uri, options),
    watchResource: (uri, options) => client.watchResource(uri, options),
    listPrompts: (options) => client.listPrompts(options),
    getPrompt: (name, args, options) => client.getPrompt(name, args, options),
    complete: (request, options) => client.complete(request, options),
    async [Symbol.asyncDispose]() {
      returned ??= Promise.resolve(giveBack());
      await returned;
    },
  };
}
