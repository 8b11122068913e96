import { encodeRegistryComment } from "../registry_comment.ts";
import type { RegistryEntry } from "../registry_entry.ts";
import type { GithubClient } from "./github_client.ts";
import {
  createComment,
  deleteComment,
  type IssueComment,
  listComments,
  updateComment,
} from "./registry_comments.ts";

/** Just under the interval: every regular round is a sign of life, and those between are not. */
const HEARTBEAT_MS = 4 * 60_000;

/** Whose comment it is. */
export interface OwnCommentOptions {
  /** The registry's name. */
  readonly prefix: string;
  readonly runnerName: string;
  /** The account of the token in lower case, if it is known. */
  readonly account: string | undefined;
}

/** What is known when a node's comment is looked after. */
export interface KeepCommentOptions {
  /** The registry's issue. */
  readonly issue: number;
  /** The comments that were read in this round. */
  readonly comments: readonly IssueComment[];
  readonly signal: AbortSignal;
}

/**
 * The one comment of a node: written when there is none, else changed; never anybody else's.
 *
 * It is found again by the runner's name and by the account that wrote it: a stranger can write a
 * comment with any name.
 */
export class OwnComment {
  readonly #github: GithubClient;
  readonly #prefix: string;
  readonly #runnerName: string;
  #account: string | undefined;
  #id: number | undefined;
  /** Where the comment is, or may be: a request whose answer was lost has perhaps made one. */
  #issue: number | undefined;
  #written: RegistryEntry | undefined;

  /**
   * Creates the node's part of a registry. Nothing is written yet.
   *
   * @param github The repository.
   * @param options The registry, and who this is.
   */
  constructor(github: GithubClient, options: OwnCommentOptions) {
    this.#github = github;
    this.#prefix = options.prefix;
    this.#runnerName = options.runnerName;
    this.#account = options.account;
  }

  /** The account that this node writes with, in lower case, once it is known. */
  get account(): string | undefined {
    return this.#account;
  }

  /**
   * Have the comment say what is so now, if it does not or if it is time for a sign of life.
   *
   * @param entry What is so.
   * @param options Where, and what is there.
   */
  async keep(entry: RegistryEntry, options: KeepCommentOptions): Promise<void> {
    const { issue, signal } = options;
    if (this.#issue !== undefined && this.#issue !== issue) await this.withdraw(signal);
    await this.#adopt(options);
    if (!this.#isDue(entry)) return;
    const body = encodeRegistryComment(this.#prefix, entry);
    this.#issue = issue;
    if (!await this.#update(body, signal)) {
      const created = await createComment(this.#github, issue, { body, signal });
      this.#id = created.id;
      this.#account = created.author ?? this.#account;
    }
    this.#written = entry;
  }

  /**
   * Take the comment back.
   *
   * @param signal Gives up.
   */
  async withdraw(signal: AbortSignal): Promise<void> {
    const issue = this.#issue;
    if (issue === undefined) return;
    if (this.#id === undefined) {
      const { comments } = await listComments(this.#github, {
        prefix: this.#prefix,
        issue,
        signal,
      });
      await this.#adopt({ issue, comments, signal });
    }
    if (this.#id !== undefined) await deleteComment(this.#github, this.#id, signal);
    this.#id = undefined;
    this.#issue = undefined;
    this.#written = undefined;
  }

  async #update(body: string, signal: AbortSignal): Promise<boolean> {
    const id = this.#id;
    if (id === undefined) return false;
    const isThere = await updateComment(this.#github, id, { body, signal });
    if (!isThere) this.#id = undefined;
    return isThere;
  }

  /** The oldest comment of this runner stays; others are from requests whose answer was lost. */
  async #adopt({ comments, signal }: KeepCommentOptions): Promise<void> {
    const own = comments.filter((comment) => this.#isOwn(comment)).map(({ id }) => id);
    const [oldest, ...others] = own.sort((a, b) => a - b);
    if (oldest === undefined) return;
    if (this.#id !== oldest) {
      this.#id = oldest;
      this.#written = undefined;
    }
    for (const id of others) await deleteComment(this.#github, id, signal);
  }

  #isOwn({ runnerName, author, id }: IssueComment): boolean {
    if (runnerName !== this.#runnerName) return false;
    return this.#account === undefined ? id === this.#id : author === this.#account;
  }

  #isDue(entry: RegistryEntry): boolean {
    const written = this.#written;
    if (written === undefined || entry.lastSeenMs - written.lastSeenMs >= HEARTBEAT_MS) return true;
    return JSON.stringify({ ...entry, lastSeenMs: 0 }) !==
      JSON.stringify({ ...written, lastSeenMs: 0 });
  }
}
