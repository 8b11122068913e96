import { abortable, shield } from "../../../../concurrency/mod.ts";
import type { DiscoveryContext, DiscoveryMethod } from "../../discovery_method.ts";
import { createRunnerName, toRunnerName } from "../runner_name.ts";
import { type GithubClient, openGithubClient } from "./github_client.ts";
import type { RequestPace } from "./open_octokit.ts";
import { RegistrySession } from "./registry_session.ts";

const DEFAULT_TITLE = "p2p-peer-registry";
/** Runners write anew every 5 to 10 minutes. */
const INTERVAL_MS = 5 * 60_000;
const BUDGET_MS = 30_000;
/** A stop waits for it. Whatever stays behind is old after half an hour. */
const GOODBYE_MS = 3_000;

/** Options of {@linkcode createGithubRegistry}. */
export interface GithubRegistryOptions {
  /** The repository that has the registry, as `owner/name`. */
  readonly repository: string;
  /** A token that may read and write its issues. Without one, nothing is written. @default {undefined} */
  readonly token?: string | undefined;
  /** The title of the issue, and the first word of its comments. @default {"p2p-peer-registry"} */
  readonly title?: string | undefined;
  /**
   * The accounts whose comments count, such as `github-actions[bot]`. The one of the token does
   * always. @default {owner, members and collaborators of the repository}
   */
  readonly authors?: readonly string[] | undefined;
  /** The name of this node's comment; two nodes must not have the same. @default {a name from the peer id} */
  readonly runnerName?: string | undefined;
  /** The address of this host as others see it. @default {undefined} */
  readonly publicIp?: string | undefined;
  /** Where the API is, for GitHub Enterprise. @default {the public one} */
  readonly apiUrl?: string | undefined;
  /** How requests are paced. @default {as GitHub asks for} */
  readonly pace?: RequestPace | undefined;
}

/**
 * Nodes that know one GitHub repository find each other by the comments of an issue there, one
 * comment each, in the format of the Python reference. Made for runners of workflows, which share
 * a repository and no network.
 *
 * Comments of strangers do not count, and only this node's own comment is changed or deleted. All
 * addresses of the node but those of its loopback interface become as public as the repository is.
 *
 * @param options The repository and the token.
 * @returns The method.
 * @throws {RangeError} If the repository, the title or the runner's name cannot be one.
 */
export function createGithubRegistry(options: GithubRegistryOptions): DiscoveryMethod {
  return new GithubRegistry(options);
}

class GithubRegistry implements DiscoveryMethod {
  readonly name = "github-issues";
  readonly reach = "wide";
  readonly intervalMs = INTERVAL_MS;
  readonly budgetMs = BUDGET_MS;
  readonly #options: GithubRegistryOptions;
  readonly #title: string;
  readonly #runnerName: string | undefined;
  #session: RegistrySession | undefined;

  constructor(options: GithubRegistryOptions) {
    const { repository, title = DEFAULT_TITLE, runnerName } = options;
    assertPattern("repository", repository, /^[\w.-]{1,100}\/[\w.-]{1,100}$/);
    assertPattern("title", title, /^[\w.-]{1,100}$/);
    this.#options = options;
    this.#title = title;
    this.#runnerName = runnerName === undefined ? undefined : toRunnerName(runnerName);
  }

  async start(context: DiscoveryContext, signal: AbortSignal): Promise<AsyncDisposable> {
    const { self, clock, logger } = context;
    const github = await abortable(openGithubClient({ ...this.#options, logger }), signal);
    const session = new RegistrySession(github, {
      ...this.#options,
      title: this.#title,
      runnerName: this.#runnerName ?? createRunnerName(self.peerId),
      mayWrite: this.#options.token !== undefined,
    });
    this.#session = session;
    return {
      [Symbol.asyncDispose]: async () => {
        this.#session = undefined;
        await using _github: GithubClient = github;
        try {
          const name = "leave peer registry";
          await shield((signal) => session.leave(signal), { name, deadlineMs: GOODBYE_MS, clock });
        } catch (error) {
          // It grows old there by itself; a stop does not fail for that.
          logger?.debug("Peer registry not left", { error });
        }
      },
    };
  }

  async look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    if (this.#session === undefined) {
      throw new TypeError("Cannot look into peer registry as it is not started");
    }
    await this.#session.look(context, signal);
  }
}

function assertPattern(name: string, value: string, pattern: RegExp): void {
  if (!pattern.test(value)) {
    throw new RangeError(`Cannot use peer registry as its ${name} is not valid: "${value}"`);
  }
}
