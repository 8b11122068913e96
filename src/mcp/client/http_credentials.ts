/** Says to an HTTP server who asks, and answers when the server does not believe it. */
export interface HttpCredentials {
  /** How much longer connecting may take, as a person has to be waited for. @default {0} */
  readonly patienceMs?: number | undefined;
  /** Value of the `Authorization` header; `undefined` to send none. */
  authorization(options: CredentialsOptions): Promise<string | undefined>;
  /**
   * The server has refused a request, with 401, or with 403 for want of scope.
   *
   * @returns Whether the request is worth another try.
   */
  answerRefusal(refusal: Refusal, options: CredentialsOptions): Promise<boolean>;
}

/** How {@linkcode HttpCredentials} are asked. */
export interface CredentialsOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** A request that a server has refused. */
export interface Refusal {
  /** The server's answer; its body is not to be read. */
  readonly response: Response;
  /** The `Authorization` header that was sent. */
  readonly sent: string | undefined;
}

/**
 * Credentials that are one token, and can get no other.
 *
 * @param token The token, or where it comes from before every request.
 * @returns The credentials.
 */
export function createBearerCredentials(
  token: string | (() => Promise<string>),
): HttpCredentials {
  return {
    async authorization() {
      return `Bearer ${typeof token === "string" ? token : await token()}`;
    },
    answerRefusal: () => Promise.resolve(false),
  };
}
