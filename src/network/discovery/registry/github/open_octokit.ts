import type { Octokit } from "@octokit/core";
import type { GithubClientOptions } from "./github_client.ts";

/** Answers after which another try would be answered in the same way, or make things worse. */
const FINAL_STATUSES = [400, 401, 403, 404, 409, 410, 413, 422, 429, 451];
const RETRIES = 2;
/** The pauses between tries are once and four times this. */
const RETRY_BASE_MS = 500;
/** When GitHub asks for a longer pause than this, the whole round waits for another time. */
const MAX_PAUSE_SECONDS = 2;

/** How requests are paced. A test that talks to a server of its own needs no pauses. */
export interface RequestPace {
  /** Leave a second between writes and three between what notifies people. @default {true} */
  readonly isThrottled?: boolean | undefined;
  /** How long Octokit's second is, in milliseconds. @default {500 for retries, 1000 for limits} */
  readonly secondMs?: number | undefined;
}

/**
 * Octokit with its plugins for retries and throttling, loaded when it is first needed.
 *
 * @param options The token and the pace.
 */
export async function openOctokit(options: GithubClientOptions): Promise<Octokit> {
  const { token, apiUrl, logger, pace = {} } = options;
  const [{ Octokit: Base }, { retry }, { throttling }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  const log = {
    debug: ignore,
    info: ignore,
    warn: (detail: string): void => logger?.debug("GitHub client warned", { detail }),
    error: (detail: string): void => logger?.debug("GitHub client complained", { detail }),
  };
  const onLimit = (retryAfter: number, _request: unknown, _octokit: unknown, tries: number) =>
    retryAfter <= MAX_PAUSE_SECONDS && tries < 1;
  return new (Base.plugin(retry, throttling))({
    userAgent: "mcpp",
    log,
    request: { fetch: fetchUntilAborted, log },
    retry: {
      doNotRetry: FINAL_STATUSES,
      retries: RETRIES,
      retryAfterBaseValue: pace.secondMs ?? RETRY_BASE_MS,
    },
    throttle: {
      enabled: pace.isThrottled ?? true,
      // Its queues are shared by all clients with the same id: the limits are the account's.
      id: token ?? "anonymous",
      retryAfterBaseValue: pace.secondMs ?? 1000,
      onRateLimit: onLimit,
      onSecondaryRateLimit: onLimit,
    },
    ...(token === undefined ? {} : { auth: token }),
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl.replace(/\/+$/, "") }),
  });
}

/** Octokit tries again after any error but this one, also after one that is our own doing. */
async function fetchUntilAborted(input: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    if (!init.signal?.aborted) throw error;
    throw new DOMException("The request was given up", "AbortError");
  }
}

function ignore(): void {}
