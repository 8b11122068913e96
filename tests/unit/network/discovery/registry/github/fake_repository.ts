import type { Clock } from "../../../../../../src/concurrency/mod.ts";

/** The repository that there is. */
export const REPOSITORY = "acme/swarm";

/** An issue or a pull request. */
export interface FakeIssue {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly isPullRequest: boolean;
  readonly createdMs: number;
  state: "open" | "closed";
  isLocked: boolean;
}

/** A comment of an issue. */
export interface FakeComment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  readonly createdMs: number;
  updatedMs: number;
  body: string;
}

/** What a comment can be made of. */
export interface CommentInit {
  readonly issue: number;
  readonly author: string;
  readonly body: string;
}

const ASSOCIATIONS_THAT_MAY_WRITE = ["OWNER", "MEMBER", "COLLABORATOR"];

/** The issues of one repository, as GitHub keeps them. */
export class FakeRepository {
  readonly issues: FakeIssue[] = [];
  readonly comments: FakeComment[] = [];
  /** What an account is to the repository; `NONE` if it is not here. */
  readonly associations = new Map<string, string>();
  /** How long the search knows nothing of a new issue, and takes a closed one for open. */
  indexLagMs = 60_000;
  readonly #clock: Clock;
  readonly #closedMs = new Map<number, number>();
  #lastNumber = 0;
  #lastId = 1_000_000_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  addIssue(title: string, author: string, options: { isPullRequest?: boolean } = {}): FakeIssue {
    const issue: FakeIssue = {
      number: ++this.#lastNumber,
      title,
      author,
      isPullRequest: options.isPullRequest ?? false,
      createdMs: this.#clock.now(),
      state: "open",
      isLocked: false,
    };
    this.issues.push(issue);
    return issue;
  }

  addComment({ issue, author, body }: CommentInit): FakeComment {
    const nowMs = this.#clock.now();
    const id = ++this.#lastId;
    const comment = { id, issue, author, body, createdMs: nowMs, updatedMs: nowMs };
    this.comments.push(comment);
    return comment;
  }

  updateComment(comment: FakeComment, body: string): void {
    comment.body = body;
    comment.updatedMs = this.#clock.now();
  }

  removeComment(comment: FakeComment): void {
    this.comments.splice(this.comments.indexOf(comment), 1);
  }

  close(issue: FakeIssue): void {
    issue.state = "closed";
    this.#closedMs.set(issue.number, this.#clock.now());
  }

  /** What the search's index says at this time, which is not always so. */
  indexedIssues(): readonly FakeIssue[] {
    const untilMs = this.#clock.now() - this.indexLagMs;
    return this.issues
      .filter(({ createdMs }) => createdMs <= untilMs)
      .filter(({ number }) => (this.#closedMs.get(number) ?? Infinity) > untilMs)
      .map((issue) => ({ ...issue, state: "open" }));
  }

  associationOf(account: string): string {
    return this.associations.get(account) ?? "NONE";
  }

  mayWrite(account: string): boolean {
    return ASSOCIATIONS_THAT_MAY_WRITE.includes(this.associationOf(account));
  }
}
