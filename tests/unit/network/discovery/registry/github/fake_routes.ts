import type { FakeAccount, FakeGithub } from "./fake_github.ts";
import { type FakeComment, type FakeIssue, REPOSITORY } from "./fake_repository.ts";

/** A request, taken apart. */
export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  // deno-lint-ignore no-explicit-any -- What a client sends.
  readonly body: any;
  readonly account: FakeAccount | undefined;
  readonly url: string;
  readonly github: FakeGithub;
}

const MAX_BODY_CHARS = 65_536;
const ROOT = `/repos/${REPOSITORY}`;

type Route = readonly [pattern: RegExp, run: (call: FakeCall, id: number) => Response];

const ROUTES: readonly Route[] = [
  [/^POST \/graphql$/, queryViewer],
  [/^GET \/search\/issues$/, searchIssues],
  [new RegExp(`^GET ${ROOT}/issues$`), listIssues],
  [new RegExp(`^POST ${ROOT}/issues$`), createIssue],
  [new RegExp(`^GET ${ROOT}/issues/(\\d+)$`), (call, id) => onIssue(call, id, getIssue)],
  [new RegExp(`^PATCH ${ROOT}/issues/(\\d+)$`), (call, id) => onIssue(call, id, patchIssue)],
  [new RegExp(`^GET ${ROOT}/issues/(\\d+)/comments$`), (call, id) => onIssue(call, id, list)],
  [new RegExp(`^POST ${ROOT}/issues/(\\d+)/comments$`), (call, id) => onIssue(call, id, create)],
  [new RegExp(`^PATCH ${ROOT}/issues/comments/(\\d+)$`), (call, id) => onComment(call, id, patch)],
  [new RegExp(`^DELETE ${ROOT}/issues/comments/(\\d+)$`), (call, id) => onComment(call, id, drop)],
];

/** Answer a request that passed the guards. */
export function respond(call: FakeCall): Response {
  const line = `${call.method} ${call.path}`;
  for (const [pattern, run] of ROUTES) {
    const match = pattern.exec(line);
    if (match === null) continue;
    if (line.includes("/issues") && !call.github.hasIssues) {
      return problem(410, "Issues are disabled for this repo");
    }
    if (call.method !== "GET" && call.account === undefined) {
      return problem(401, "Requires authentication");
    }
    return run(call, Number(match[1]));
  }
  return problem(404, "Not Found");
}

function queryViewer({ account }: FakeCall): Response {
  if (account?.canQuery !== false) {
    return Response.json({ data: { viewer: { login: account?.login } } });
  }
  const errors = [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }];
  return Response.json({ data: null, errors });
}

function searchIssues(call: FakeCall): Response {
  const query = call.query.get("q") ?? "";
  if (!/\bis:(issue|pull-request)\b/.test(query)) {
    return problem(422, "Query must include 'is:issue' or 'is:pull-request'");
  }
  const isOurs = query.includes(`repo:${REPOSITORY} `);
  const words = /"([^"]*)"/.exec(query)?.[1]?.toLowerCase() ?? "";
  const items = call.github.repository.indexedIssues()
    .filter((issue) => isOurs && !issue.isPullRequest)
    .filter((issue) => !query.includes("is:open") || issue.state === "open")
    .filter((issue) => issue.title.toLowerCase().includes(words));
  const page = toPage(call, items.map((issue) => toIssueJson(call, issue)));
  const content = { "total_count": items.length, "incomplete_results": false, items: page.items };
  return Response.json(content, { headers: page.headers });
}

function listIssues(call: FakeCall): Response {
  const { query } = call;
  const state = query.get("state") ?? "open";
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const issues = call.github.repository.issues
    .filter((issue) => state === "all" || issue.state === state)
    .toSorted((a, b) => sign * (a.number - b.number));
  const { items, headers } = toPage(call, issues.map((issue) => toIssueJson(call, issue)));
  return Response.json(items, { headers });
}

function createIssue(call: FakeCall): Response {
  const { title } = call.body;
  if (typeof title !== "string" || title === "") return problem(422, "Validation Failed");
  const issue = call.github.repository.addIssue(title, loginOf(call));
  return Response.json(toIssueJson(call, issue), { status: 201 });
}

function onIssue(
  call: FakeCall,
  number: number,
  run: (call: FakeCall, issue: FakeIssue) => Response,
): Response {
  const issue = call.github.repository.issues.find((candidate) => candidate.number === number);
  return issue === undefined ? problem(404, "Not Found") : run(call, issue);
}

function getIssue(call: FakeCall, issue: FakeIssue): Response {
  return Response.json(toIssueJson(call, issue));
}

function patchIssue(call: FakeCall, issue: FakeIssue): Response {
  if (!mayChange(call, issue.author)) return problem(403, "Must have admin rights to Repository.");
  if (call.body.state === "closed") call.github.repository.close(issue);
  return Response.json(toIssueJson(call, issue));
}

function list(call: FakeCall, issue: FakeIssue): Response {
  const since = call.query.get("since");
  const sinceMs = since === null ? -Infinity : Date.parse(since);
  if (Number.isNaN(sinceMs)) return problem(422, "Validation Failed");
  const comments = call.github.repository.comments
    .filter((comment) => comment.issue === issue.number && comment.updatedMs >= sinceMs);
  const { items, headers } = toPage(call, comments.map((comment) => toCommentJson(call, comment)));
  return Response.json(items, { headers });
}

function create(call: FakeCall, issue: FakeIssue): Response {
  const { repository } = call.github;
  const author = loginOf(call);
  if (issue.isLocked && !repository.mayWrite(author)) {
    return problem(403, "Unable to create comment because issue is locked.");
  }
  const invalid = checkBody(call);
  if (invalid !== undefined) return invalid;
  const comment = repository.addComment({ issue: issue.number, author, body: call.body.body });
  return Response.json(toCommentJson(call, comment), { status: 201 });
}

function onComment(
  call: FakeCall,
  id: number,
  run: (call: FakeCall, comment: FakeComment) => Response,
): Response {
  const comment = call.github.repository.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) return problem(404, "Not Found");
  if (!mayChange(call, comment.author)) {
    return problem(403, "Must have admin rights to Repository.");
  }
  return run(call, comment);
}

function patch(call: FakeCall, comment: FakeComment): Response {
  const invalid = checkBody(call);
  if (invalid !== undefined) return invalid;
  call.github.repository.updateComment(comment, call.body.body);
  return Response.json(toCommentJson(call, comment));
}

function drop(call: FakeCall, comment: FakeComment): Response {
  call.github.repository.removeComment(comment);
  return new Response(null, { status: 204 });
}

function checkBody({ body }: FakeCall): Response | undefined {
  if (typeof body.body !== "string" || body.body === "") return problem(422, "Validation Failed");
  if (body.body.length <= MAX_BODY_CHARS) return undefined;
  return problem(422, "Body is too long (maximum is 65536 characters)");
}

function mayChange(call: FakeCall, author: string): boolean {
  const login = loginOf(call);
  return login === author || call.github.repository.mayWrite(login);
}

function loginOf({ account }: FakeCall): string {
  return account?.login ?? "";
}

interface Page {
  readonly items: readonly unknown[];
  readonly headers: Record<string, string>;
}

/** 30 to a page unless asked for up to 100; links say where the other pages are. */
function toPage({ query, url, path }: FakeCall, all: readonly unknown[]): Page {
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const page = Number(query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const linkTo = (number: number, rel: string): string => {
    const target = new URLSearchParams(query);
    target.set("page", `${number}`);
    return `<${url}${path}?${target}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(linkTo(page - 1, "prev"), linkTo(1, "first"));
  if (page < last) links.push(linkTo(page + 1, "next"), linkTo(last, "last"));
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

function toIssueJson({ url, github }: FakeCall, issue: FakeIssue): Record<string, unknown> {
  const { number, title, author, state, isLocked, isPullRequest } = issue;
  return {
    url: `${url}${ROOT}/issues/${number}`,
    number,
    title,
    state,
    locked: isLocked,
    user: { login: author, type: "User" },
    "author_association": github.repository.associationOf(author),
    "created_at": toTime(issue.createdMs),
    ...(isPullRequest ? { "pull_request": { url: `${url}${ROOT}/pulls/${number}` } } : {}),
  };
}

function toCommentJson({ url, github }: FakeCall, comment: FakeComment): Record<string, unknown> {
  const { id, author, body, issue } = comment;
  return {
    id,
    url: `${url}${ROOT}/issues/comments/${id}`,
    "issue_url": `${url}${ROOT}/issues/${issue}`,
    user: author === "" ? null : { login: author, type: author.endsWith("[bot]") ? "Bot" : "User" },
    "author_association": github.repository.associationOf(author),
    "created_at": toTime(comment.createdMs),
    "updated_at": toTime(comment.updatedMs),
    body,
  };
}

/** Whole seconds. */
function toTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** An error as GitHub words it. */
export function problem(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const content = {
    message,
    "documentation_url": "https://docs.example/rest",
    status: `${status}`,
  };
  return Response.json(content, { status, headers });
}
