import { AppError } from "../../../error/mod.ts";

/** A registry on GitHub cannot be used. */
export class GithubRegistryError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "GithubRegistryError";
  /** `github_registry_failed`. */
  readonly code = "github_registry_failed";
  /** What GitHub answered, or `undefined` if it did not. */
  readonly status: number | undefined;

  /**
   * Creates the error.
   *
   * @param repository The repository that has the registry.
   * @param options What happened and what to do.
   */
  constructor(readonly repository: string, options: GithubRegistryErrorOptions) {
    super(`Cannot use peer registry as ${options.reason}: repository "${repository}"`, options);
    this.status = options.status;
  }
}

/** What may be said about a registry that cannot be used. */
export interface GithubRegistryErrorOptions {
  /** What happened. */
  readonly reason: string;
  /** What GitHub answered. */
  readonly status?: number | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** GitHub wants to be left alone for a while. */
export class GithubRateLimitError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "GithubRateLimitError";
  /** `github_rate_limited`. */
  readonly code = "github_rate_limited";

  /**
   * Creates the error.
   *
   * @param repository The repository that has the registry.
   * @param retryAfterMs How long to wait.
   * @param cause The error that showed it.
   */
  constructor(readonly repository: string, readonly retryAfterMs: number, cause?: unknown) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super(
      `Cannot use peer registry as the rate limit is reached for another ${seconds} s: ` +
        `repository "${repository}"`,
      { cause, hint: "Give the node a token of its own: the limit is counted per account" },
    );
  }
}

/** The directory in which the nodes of a host or of a file system tell of themselves cannot be used. */
export class SharedDirectoryError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "SharedDirectoryError";
  /** `shared_directory_failed`. */
  readonly code = "shared_directory_failed";

  /**
   * Creates the error.
   *
   * @param path The directory.
   * @param cause The error of the file system.
   */
  constructor(readonly path: string, cause: unknown) {
    super(`Cannot use shared directory as it is not accessible: path "${path}"`, {
      cause,
      hint: "Choose another directory, or give the user that runs the node access to it",
    });
  }
}
