import { McpErrorCode } from "../../../protocol/error_code.ts";
import { ProtocolError } from "../../../protocol/protocol_error.ts";
import { negotiateLegacyVersion } from "../../../protocol/versions.ts";
import type { QuickMethod } from "../method.ts";
import { invalidParams, readOptionalObject, readText } from "../read_params.ts";

/** What a client says of itself is remembered as long as its session. */
const MAX_PARAMS_CHARACTERS = 64 * 1024;

/** `initialize`: agree on a revision, and say who one is. */
export const initialize: QuickMethod = {
  eras: "legacy",
  answer({ server, params, caller }) {
    if (JSON.stringify(params).length > MAX_PARAMS_CHARACTERS) {
      throw invalidParams("the client says too much of itself");
    }
    const protocolVersion = negotiateLegacyVersion(readText(params, "protocolVersion"));
    const capabilities = readOptionalObject(params, "capabilities") ?? {};
    const clientInfo = readOptionalObject(params, "clientInfo");
    if (caller.session?.isInitialized) {
      const message = "Cannot initialize as the session is initialized already";
      throw new ProtocolError(McpErrorCode.invalidRequest, message);
    }
    caller.session?.initialize({ protocolVersion, capabilities, clientInfo });
    const { instructions } = server;
    return {
      protocolVersion,
      capabilities: server.capabilities,
      serverInfo: server.serverInfo,
      ...(instructions !== undefined && { instructions }),
    };
  },
};
