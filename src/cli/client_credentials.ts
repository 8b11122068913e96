import type { CreateClientOptions } from "../app/mod.ts";
import { readSecretFile } from "../config/mod.ts";
import type { ClientCommandOptions } from "./client_options.ts";
import { openBrowser } from "./open_browser.ts";
import type { Terminal } from "./terminal.ts";

/** What says which credentials a command presents. */
export interface CredentialsInput {
  readonly options: Pick<ClientCommandOptions, "bearerFile" | "oauth" | "server">;
  readonly terminal: Terminal;
}

/**
 * What a command presents to an HTTP server.
 *
 * @param input What was given.
 * @returns A token, or how to log in, or nothing.
 * @throws {SecretFileError} If the file is missing, unreadable or empty.
 */
export async function readClientCredentials(
  { options, terminal }: CredentialsInput,
): Promise<Pick<CreateClientOptions, "bearer" | "oauth">> {
  const { bearerFile, oauth } = options;
  if (bearerFile !== undefined) {
    const { value, warnings } = await readSecretFile(bearerFile);
    for (const warning of warnings) terminal.writeErr(`mcpp: ${warning}\n`);
    return { bearer: value };
  }
  // A server of a list may say that it wants a login; for others it takes the option.
  if (oauth !== true && options.server === undefined) return {};
  const open = (url: URL): Promise<void> => openBrowser(url, terminal);
  return { oauth: { grant: { type: "authorization_code", openBrowser: open } } };
}
