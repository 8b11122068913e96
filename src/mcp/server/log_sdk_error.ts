import { toErrorMessage } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

/**
 * Note what the protocol library refused or could not do. Such reports are about what clients
 * sent, so they are for debugging only.
 *
 * @param logger Where to.
 * @param error What the library reported.
 */
export function logSdkError(logger: Logger, error: unknown): void {
  // Some of its texts end with the whole message as JSON, which may hold tokens and payloads.
  const [problem = ""] = toErrorMessage(error).split("{", 1);
  logger.debug("MCP message refused", { problem });
}
