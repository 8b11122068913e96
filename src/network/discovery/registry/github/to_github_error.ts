import { type AppError, toErrorMessage } from "../../../../error/mod.ts";
import { GithubRateLimitError, GithubRegistryError } from "../errors.ts";

/** What GitHub recommends where it does not say how long to wait. */
const DEFAULT_PAUSE_MS = 60_000;
/** Its limits are counted by the hour. */
const MAX_PAUSE_MS = 60 * 60_000;

/** What Octokit throws for a request that failed. */
interface RequestError extends Error {
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

const EXPLANATIONS: Readonly<Record<number, readonly [reason: string, hint: string]>> = {
  401: ["its token is not accepted", "Check whether the token has expired or was revoked"],
  403: [
    "its token may not do that",
    "Give the token the permission to read and write issues of the repository",
  ],
  404: [
    "the repository is not there, or hidden from the token",
    "Check the name, and whether the token may read the repository",
  ],
  410: ["its issues are switched off", "Switch issues on in the settings of the repository"],
};

/**
 * Say what a failed request means.
 *
 * @param error What Octokit threw.
 * @param repository The repository that was asked for.
 */
export function toGithubError(error: unknown, repository: string): AppError {
  if (error instanceof Error && error.name === "GraphqlResponseError") {
    const reason = `GitHub refuses a query (${error.message})`;
    return new GithubRegistryError(repository, { reason, status: 200, cause: error });
  }
  if (!isRequestError(error) || error.response === undefined) {
    const reason = `GitHub does not answer (${toErrorMessage(error)})`;
    return new GithubRegistryError(repository, { reason, cause: error });
  }
  const { status } = error;
  const pauseMs = readPauseMs(error);
  if (pauseMs !== undefined) {
    return new GithubRateLimitError(repository, Math.min(pauseMs, MAX_PAUSE_MS), error);
  }
  const [reason, hint] = EXPLANATIONS[status] ?? [`GitHub answers with status ${status}`];
  return new GithubRegistryError(repository, { reason, hint, status, cause: error });
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && "status" in error && "request" in error;
}

/** How long GitHub wants to be left alone, or `undefined` if that is not what is wrong. */
function readPauseMs({ status, response, message }: RequestError): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const { headers = {} } = response ?? {};
  const retryAfterMs = Number(headers["retry-after"]) * 1000;
  if (retryAfterMs > 0) return retryAfterMs;
  if (headers["x-ratelimit-remaining"] === "0") {
    const nowMs = Date.parse(String(headers["date"]));
    const pauseMs = Number(headers["x-ratelimit-reset"]) * 1000 - nowMs;
    return pauseMs > 0 ? pauseMs + 1000 : DEFAULT_PAUSE_MS;
  }
  return status === 429 || /\brate limit\b/i.test(message) ? DEFAULT_PAUSE_MS : undefined;
}
