import { AppError } from "../error/mod.ts";

/** A client was asked for something that says nowhere where a server is. */
export class InvalidTargetError extends AppError {
  /** `InvalidTargetError`. */
  override readonly name = "InvalidTargetError";
  /** `invalid_url`. */
  readonly code = "invalid_url";

  /**
   * Makes the error.
   *
   * @param target What was given.
   */
  constructor(readonly target: string) {
    super(
      `Cannot connect as the target is no http URL, multiaddr or "stdio:" with a command: "${target}"`,
      {
        hint: 'Give a URL such as "http://127.0.0.1:8000/mcp", or an address that a node prints',
      },
    );
  }
}
