import { GithubRegistryError } from "../errors.ts";
import { decodeRegistryComment, type RegistryComment } from "../registry_comment.ts";
import type { GithubClient } from "./github_client.ts";

const PAGE_SIZE = 100;
/** A thousand comments; where strangers write more, the issue is to be locked. */
const MAX_PAGES = 10;

/** A comment of the registry's issue. */
export interface IssueComment extends RegistryComment {
  readonly id: number;
  /** The account that wrote it, in lower case. */
  readonly author: string;
  /** What that account is to the repository, such as `OWNER`. */
  readonly association: string;
  /** When it was last changed, by GitHub's clock, in milliseconds since the Unix epoch. */
  readonly updatedMs: number;
}

/** The comments of the registry's issue. */
export interface CommentList {
  readonly comments: readonly IssueComment[];
  /** When the list was made, by GitHub's clock. */
  readonly serverTimeMs: number | undefined;
}

/** Which comments are asked for. */
export interface ListCommentsOptions {
  /** The registry's name. */
  readonly prefix: string;
  /** The registry's issue. */
  readonly issue: number;
  /** Only what was changed since, in milliseconds since the Unix epoch. @default {everything} */
  readonly sinceMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Read the comments that are the registry's, up to ten pages.
 *
 * @param github The repository.
 * @param options The issue.
 */
export async function listComments(
  github: GithubClient,
  options: ListCommentsOptions,
): Promise<CommentList> {
  const { prefix, issue, sinceMs, signal } = options;
  const comments: IssueComment[] = [];
  const since = sinceMs === undefined ? {} : { since: new Date(sinceMs).toISOString() };
  for (let page = 1;; page++) {
    const { data, hasNextPage, serverTimeMs } = await github.send(
      (octokit, scope) =>
        octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...scope,
          ...since,
          "issue_number": issue,
          "per_page": PAGE_SIZE,
          page,
        }),
      signal,
    );
    comments.push(...data.flatMap((comment) => toIssueComment(prefix, comment)));
    if (!hasNextPage || page === MAX_PAGES) return { comments, serverTimeMs };
  }
}

/** What a new comment is, and who wrote it. */
export interface CreatedComment {
  readonly id: number;
  /** The account whose token this is, in lower case. */
  readonly author: string | undefined;
}

/** A comment to write. */
export interface WriteCommentOptions {
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Write a comment.
 *
 * @param github The repository.
 * @param issue The registry's issue.
 * @param options What it says.
 */
export async function createComment(
  github: GithubClient,
  issue: number,
  { body, signal }: WriteCommentOptions,
): Promise<CreatedComment> {
  const { data } = await github.send(
    (octokit, scope) =>
      octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...scope,
        "issue_number": issue,
        body,
        // A try whose answer was lost has perhaps made one.
        request: { ...scope.request, retries: 0 },
      }),
    signal,
  );
  return { id: Number(data.id), author: data.user?.login.toLowerCase() };
}

/**
 * Change a comment.
 *
 * @param github The repository.
 * @param id The comment.
 * @param options What it is to say.
 * @returns Whether it was there.
 */
export async function updateComment(
  github: GithubClient,
  id: number,
  { body, signal }: WriteCommentOptions,
): Promise<boolean> {
  return await isThere(
    github.send(
      (octokit, scope) =>
        octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...scope,
          "comment_id": id,
          body,
        }),
      signal,
    ),
  );
}

/**
 * Delete a comment.
 *
 * @param github The repository.
 * @param id The comment.
 * @param signal Gives up.
 * @returns Whether it was there.
 */
export async function deleteComment(
  github: GithubClient,
  id: number,
  signal: AbortSignal,
): Promise<boolean> {
  return await isThere(
    github.send(
      (octokit, scope) =>
        octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...scope,
          "comment_id": id,
        }),
      signal,
    ),
  );
}

async function isThere(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof GithubRegistryError && error.status === 404) return false;
    throw error;
  }
}

interface RawComment {
  readonly id: number | bigint;
  readonly body?: string | undefined;
  readonly "updated_at": string;
  readonly "author_association"?: string | undefined;
  readonly user: { readonly login: string } | null;
}

function toIssueComment(prefix: string, raw: RawComment): readonly IssueComment[] {
  const comment = decodeRegistryComment(prefix, raw.body ?? "");
  if (comment === undefined) return [];
  return [{
    ...comment,
    id: Number(raw.id),
    author: raw.user?.login.toLowerCase() ?? "",
    association: raw["author_association"] ?? "NONE",
    updatedMs: Date.parse(raw["updated_at"]),
  }];
}
