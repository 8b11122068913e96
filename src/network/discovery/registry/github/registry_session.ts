import type { DiscoveryContext } from "../../discovery_method.ts";
import { ENTRY_TTL_MS, EntryReporter } from "../entry_reporter.ts";
import { GithubRateLimitError } from "../errors.ts";
import { createOwnEntry } from "../own_entry.ts";
import { findAccount } from "./find_account.ts";
import type { GithubClient } from "./github_client.ts";
import { OwnComment } from "./own_comment.ts";
import { type CommentList, type IssueComment, listComments } from "./registry_comments.ts";
import { closeRegistryIssue, createRegistryIssue, findRegistryIssue } from "./registry_issue.ts";

/** Who may speak to a repository's visitors in its name. */
const TRUSTED_ASSOCIATIONS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

/** What a session works with. */
export interface RegistrySessionOptions {
  readonly repository: string;
  readonly title: string;
  readonly runnerName: string;
  readonly authors?: readonly string[] | undefined;
  readonly publicIp?: string | undefined;
  /** Whether there is a token to write with. */
  readonly mayWrite: boolean;
}

/** What a node knows of a registry between its rounds. */
export class RegistrySession {
  readonly #github: GithubClient;
  readonly #options: RegistrySessionOptions;
  readonly #authors: ReadonlySet<string> | undefined;
  readonly #reporter = new EntryReporter();
  #issue: number | undefined;
  #createdIssue: number | undefined;
  #own: OwnComment | undefined;
  /** How far the list of comments has been read, by GitHub's clock. */
  #readUntilMs: number | undefined;
  #quietUntilMs = -Infinity;

  /**
   * Creates a session.
   *
   * @param github The repository.
   * @param options The registry, and how this node appears in it.
   */
  constructor(github: GithubClient, options: RegistrySessionOptions) {
    this.#github = github;
    this.#options = options;
    const { authors } = options;
    this.#authors = authors && new Set(authors.map((author) => author.toLowerCase()));
  }

  /**
   * One round: find the issue, read who is there, and say that this node is.
   *
   * @param context Who wants to know.
   * @param signal Gives up.
   */
  async look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    const { clock } = context;
    const quietMs = this.#quietUntilMs - clock.monotonicMs();
    if (quietMs > 0) throw new GithubRateLimitError(this.#options.repository, quietMs);
    try {
      await this.#look(context, signal);
    } catch (error) {
      if (error instanceof GithubRateLimitError) {
        this.#quietUntilMs = clock.monotonicMs() + error.retryAfterMs;
      }
      throw error;
    }
  }

  /**
   * Take back what this node has written.
   *
   * @param signal Gives up.
   */
  async leave(signal: AbortSignal): Promise<void> {
    await this.#own?.withdraw(signal);
  }

  async #look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    const isAnnouncing = this.#options.mayWrite && context.self.multiaddrs().length > 0;
    // Before anybody is judged: comments of the account that this node writes with count, too.
    if (isAnnouncing) this.#own ??= await this.#createOwn(signal);
    const issue = await this.#findIssue(isAnnouncing, signal);
    if (issue === undefined) {
      return this.#report(context, { comments: [], serverTimeMs: undefined });
    }
    const list = await this.#readComments(issue, signal);
    this.#report(context, list);
    if (isAnnouncing) await this.#announce(context, issue, { list, signal });
  }

  async #createOwn(signal: AbortSignal): Promise<OwnComment> {
    const account = await findAccount(this.#github, signal);
    const { title, runnerName } = this.#options;
    return new OwnComment(this.#github, { prefix: title, runnerName, account });
  }

  async #findIssue(mayCreate: boolean, signal: AbortSignal): Promise<number | undefined> {
    const { title, repository } = this.#options;
    const options = { title, repository, lastNumber: this.#issue, signal };
    let issue = await findRegistryIssue(this.#github, options);
    if (issue === undefined && mayCreate) {
      this.#createdIssue = await createRegistryIssue(this.#github, options);
      const lastNumber = this.#createdIssue;
      issue = await findRegistryIssue(this.#github, { ...options, lastNumber });
    }
    if (issue !== this.#issue) this.#readUntilMs = undefined;
    this.#issue = issue;
    await this.#closeSurplus(issue, signal);
    return issue;
  }

  async #closeSurplus(issue: number | undefined, signal: AbortSignal): Promise<void> {
    const created = this.#createdIssue;
    if (created === undefined || issue === undefined || created === issue) return;
    await closeRegistryIssue(this.#github, created, signal);
    this.#createdIssue = undefined;
  }

  async #readComments(issue: number, signal: AbortSignal): Promise<CommentList> {
    const readUntilMs = this.#readUntilMs;
    const list = await listComments(this.#github, {
      prefix: this.#options.title,
      issue,
      // At first all of them, to find this node's own; then only those that can be fresh.
      sinceMs: readUntilMs === undefined ? undefined : readUntilMs - ENTRY_TTL_MS,
      signal,
    });
    this.#readUntilMs = list.serverTimeMs;
    return list;
  }

  #report(context: DiscoveryContext, { comments, serverTimeMs }: CommentList): void {
    // By GitHub's clock on both sides: a runner whose own is wrong is found all the same.
    const nowMs = serverTimeMs ?? context.clock.now();
    const entries = comments.flatMap((comment) => {
      const { entry, updatedMs } = comment;
      return entry !== undefined && this.#isTrusted(comment) ? [{ entry, seenMs: updatedMs }] : [];
    });
    this.#reporter.report(context, { entries, nowMs });
  }

  #isTrusted({ author, association }: IssueComment): boolean {
    if (author !== "" && author === this.#own?.account) return true;
    return this.#authors?.has(author) ?? TRUSTED_ASSOCIATIONS.has(association);
  }

  async #announce(
    { self, clock }: DiscoveryContext,
    issue: number,
    { list, signal }: { readonly list: CommentList; readonly signal: AbortSignal },
  ): Promise<void> {
    const { runnerName, publicIp } = this.#options;
    const entry = createOwnEntry(self, { runnerName, publicIp, reach: "wide", nowMs: clock.now() });
    if (entry !== undefined) {
      await this.#own?.keep(entry, { issue, comments: list.comments, signal });
    }
  }
}
