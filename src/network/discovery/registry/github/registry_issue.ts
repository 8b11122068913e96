import type { GithubClient } from "./github_client.ts";

/** Issues with the very title; more than a handful is somebody's joke. */
const MAX_CANDIDATES = 8;
const PAGE_SIZE = 100;

const BODY = "Peers that look for each other leave their addresses here, one comment each. " +
  "Lock the conversation to collaborators to keep others out.\n";

/** What the issues are asked with. */
export interface RegistryIssueOptions {
  /** The title of the issue, which is the name of the registry. */
  readonly title: string;
  /** The issue that was found last. @default {undefined} */
  readonly lastNumber?: number | undefined;
  readonly repository: string;
  readonly signal: AbortSignal;
}

/**
 * Find the issue that is the registry: the open one with this very title; of several, the oldest.
 *
 * Two sources are asked. The search knows all issues, but new ones only after a while; the list of
 * the newest ones knows those at once, so that of two nodes that begin at the same time both see
 * both issues and choose the same.
 *
 * @param github The repository.
 * @param options The title, and what is known.
 * @returns The issue's number, or `undefined` if there is none.
 */
export async function findRegistryIssue(
  github: GithubClient,
  options: RegistryIssueOptions,
): Promise<number | undefined> {
  const { lastNumber } = options;
  const open = new Set(await listNewest(github, options));
  const claimed = [...open, ...await search(github, options)];
  if (lastNumber !== undefined) claimed.push(lastNumber);
  const candidates = [...new Set(claimed)].sort((a, b) => a - b).slice(0, MAX_CANDIDATES);
  for (const number of candidates) {
    if (open.has(number) || await isOpen(github, number, options)) return number;
  }
  return undefined;
}

/**
 * Make the issue that is to be the registry. Another node may do so at the same time: whoever makes
 * one looks again, and closes its own if it lost.
 *
 * @param github The repository.
 * @param options The title.
 * @returns The issue's number.
 */
export async function createRegistryIssue(
  github: GithubClient,
  { title, signal }: RegistryIssueOptions,
): Promise<number> {
  const { data } = await github.send(
    (octokit, scope) =>
      octokit.request("POST /repos/{owner}/{repo}/issues", {
        ...scope,
        title,
        body: BODY,
        // A try whose answer was lost has perhaps made one.
        request: { ...scope.request, retries: 0 },
      }),
    signal,
  );
  return data.number;
}

/**
 * Close an issue that this node has made and that is not the registry.
 *
 * @param github The repository.
 * @param number The issue.
 * @param signal Gives up.
 */
export async function closeRegistryIssue(
  github: GithubClient,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  await github.send(
    (octokit, scope) =>
      octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...scope,
        "issue_number": number,
        state: "closed",
        "state_reason": "not_planned",
      }),
    signal,
  );
}

async function listNewest(
  github: GithubClient,
  { title, signal }: RegistryIssueOptions,
): Promise<readonly number[]> {
  const { data } = await github.send(
    (octokit, scope) =>
      octokit.request("GET /repos/{owner}/{repo}/issues", {
        ...scope,
        state: "open",
        sort: "created",
        direction: "desc",
        "per_page": PAGE_SIZE,
      }),
    signal,
  );
  return data.filter((issue) => isRegistry(issue, title)).map(({ number }) => number);
}

async function search(
  github: GithubClient,
  { title, repository, signal }: RegistryIssueOptions,
): Promise<readonly number[]> {
  const { data } = await github.send(
    (octokit, { request }) =>
      octokit.request("GET /search/issues", {
        request,
        q: `repo:${repository} is:issue is:open in:title "${title}"`,
        sort: "created",
        order: "asc",
        "per_page": PAGE_SIZE,
      }),
    signal,
  );
  return data.items.filter((issue) => isRegistry(issue, title)).map(({ number }) => number);
}

/** What the search says may be out of date. */
async function isOpen(
  github: GithubClient,
  number: number,
  { title, signal }: RegistryIssueOptions,
): Promise<boolean> {
  const { data } = await github.send(
    (octokit, scope) =>
      octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        ...scope,
        "issue_number": number,
      }),
    signal,
  );
  return isRegistry(data, title);
}

interface Issue {
  readonly title: string;
  readonly state: string;
  readonly "pull_request"?: unknown;
}

function isRegistry(issue: Issue, title: string): boolean {
  return issue.title === title && issue.state === "open" && issue["pull_request"] === undefined;
}
