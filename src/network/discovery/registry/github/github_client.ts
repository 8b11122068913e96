import type { Octokit } from "@octokit/core";
import { abortable } from "../../../../concurrency/mod.ts";
import type { Logger } from "../../../../telemetry/mod.ts";
import { openOctokit, type RequestPace } from "./open_octokit.ts";
import { toGithubError } from "./to_github_error.ts";

/** Options of {@linkcode openGithubClient}. */
export interface GithubClientOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Without one, what is public can be read. @default {undefined} */
  readonly token?: string | undefined;
  /** Where the API is, for GitHub Enterprise. @default {the public one} */
  readonly apiUrl?: string | undefined;
  /** How requests are paced. @default {as GitHub asks for} */
  readonly pace?: RequestPace | undefined;
  readonly logger: Logger | undefined;
}

/** What GitHub answered. */
export interface GithubAnswer<T> {
  readonly data: T;
  /** Whether there is a page after this one. */
  readonly hasNextPage: boolean;
  /** When it was answered, by GitHub's clock, in milliseconds since the Unix epoch. */
  readonly serverTimeMs: number | undefined;
}

/** The part of Octokit's answer that is used here. */
interface OctokitAnswer<T> {
  readonly data: T;
  readonly headers: { readonly link?: string | undefined; readonly date?: string | undefined };
}

/** What every request for a repository has. */
export interface RequestScope {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal };
}

/**
 * GitHub's API for one repository: requests that can be given up, errors that say what to do, and
 * nothing under way after it is closed.
 */
export interface GithubClient extends AsyncDisposable {
  /**
   * Ask, and ask again where that helps.
   *
   * @param ask Makes the request.
   * @param signal Gives up.
   * @throws {GithubRateLimitError} If GitHub wants to be left alone.
   * @throws {GithubRegistryError} If it answers with another error, or not at all.
   */
  send<T>(
    ask: (octokit: Octokit, scope: RequestScope) => Promise<OctokitAnswer<T>>,
    signal: AbortSignal,
  ): Promise<GithubAnswer<T>>;
}

/**
 * Load Octokit and make it ready. Nothing is sent yet.
 *
 * @param options The repository and the token.
 */
export async function openGithubClient(options: GithubClientOptions): Promise<GithubClient> {
  return new OctokitClient(await openOctokit(options), options.repository);
}

class OctokitClient implements GithubClient {
  readonly #octokit: Octokit;
  readonly #repository: string;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(octokit: Octokit, repository: string) {
    this.#octokit = octokit;
    this.#repository = repository;
  }

  async send<T>(
    ask: (octokit: Octokit, scope: RequestScope) => Promise<OctokitAnswer<T>>,
    signal: AbortSignal,
  ): Promise<GithubAnswer<T>> {
    signal.throwIfAborted();
    const [owner = "", repo = ""] = this.#repository.split("/");
    const asking = this.#track(ask(this.#octokit, { owner, repo, request: { signal } }));
    try {
      const { data, headers } = await abortable(asking, signal);
      const serverTimeMs = Date.parse(headers.date ?? "");
      return {
        data,
        hasNextPage: /;\s*rel="?next"?/.test(headers.link ?? ""),
        serverTimeMs: Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw toGithubError(error, this.#repository);
    }
  }

  /** Octokit's own pauses are deaf to signals; they are short, and closing waits for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #track<T>(asking: Promise<T>): Promise<T> {
    const forget = (): void => void this.#pending.delete(asking);
    this.#pending.add(asking);
    asking.then(forget, forget);
    return asking;
  }
}
