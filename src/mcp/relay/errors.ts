import { AppError } from "../../error/mod.ts";

/** Messages cannot be relayed to a server. */
export class NotRelayableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "NotRelayableError";
  /** `not_relayable`. */
  readonly code = "not_relayable";

  /**
   * Creates the error.
   *
   * @param reason Why.
   * @param server The server.
   */
  constructor(reason: string, readonly server: string) {
    super(`Cannot relay to server as ${reason}: server "${server}"`, {
      hint: "Give the URL of an MCP endpoint, or the address that a node prints",
    });
  }
}
