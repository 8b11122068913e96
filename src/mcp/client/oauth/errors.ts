import { AppError } from "../../../error/mod.ts";

/** Why logging in at an authorisation server has failed. */
export type LoginFailure = "refused" | "timeout" | "failed";

const REASONS: Readonly<Record<LoginFailure, string>> = {
  refused: "the authorisation server has refused it",
  timeout: "nobody has logged in in time",
  failed: "the authorisation server cannot be used",
};

/** Logging in at an authorisation server has failed. */
export class LoginError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "LoginError";
  /** `login_failed`. */
  readonly code = "login_failed";

  /**
   * Creates the error.
   *
   * @param server The server that was to be used, without what may be secret in its URL.
   * @param reason Why it failed.
   * @param options What else is known.
   */
  constructor(
    readonly server: string,
    readonly reason: LoginFailure,
    options: LoginErrorOptions,
  ) {
    const { detail, cause } = options;
    super(
      `Cannot log in as ${REASONS[reason]}: server "${server}"` +
        (detail === undefined ? "" : `; ${detail}`),
      { cause },
    );
  }
}

/** What else is known of a failed login. */
export interface LoginErrorOptions {
  /** A word or a sentence about it. @default {undefined} */
  readonly detail?: string | undefined;
  /** The error that showed it. @default {undefined} */
  readonly cause?: unknown;
}
