import { type Clock, systemClock } from "../../../../../../src/concurrency/mod.ts";
import { FakeRepository } from "./fake_repository.ts";
import { type FakeCall, problem, respond } from "./fake_routes.ts";

const HOUR_MS = 3_600_000;

/** What may answer in place of the fake; `undefined` leaves it to the fake. */
export type Interceptor = (call: FakeCall) => Promise<Response | undefined> | Response | undefined;

/** A token. */
export interface FakeAccount {
  readonly login: string;
  /** The token that a workflow gets: GraphQL tells whose it is, unless it is closed to it. */
  readonly canQuery?: boolean;
}

/** As much of GitHub's API as a registry needs, with its shapes, permissions, pages and limits. */
export class FakeGithub implements AsyncDisposable {
  readonly repository: FakeRepository;
  readonly accounts = new Map<string, FakeAccount>();
  /** All requests, as `GET /repos/acme/swarm/issues`. */
  readonly requests: string[] = [];
  readonly bodies: string[] = [];
  intercept: Interceptor | undefined;
  hasIssues = true;
  /** Requests per hour of one account. */
  rateLimit = 5000;
  readonly #clock: Clock;
  readonly #used = new Map<string, { count: number; resetMs: number }>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #stall: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.repository = new FakeRepository(clock);
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Requests that change something. */
  get writes(): readonly string[] {
    return this.requests.filter((line) => !/^GET |\/graphql$/.test(line));
  }

  /** Answer nothing any more. */
  stall(): void {
    this.#stall ??= Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stall?.resolve();
    this.#stall = undefined;
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    this.requests.push(`${request.method} ${pathname}`);
    this.bodies.push(text);
    await this.#stall?.promise;
    const token = request.headers.get("authorization")?.replace(/^(token|bearer) /i, "");
    const call: FakeCall = {
      method: request.method,
      path: pathname,
      query: searchParams,
      body: text === "" ? {} : JSON.parse(text),
      account: this.accounts.get(token ?? ""),
      url: this.url,
      github: this,
    };
    const response = await this.intercept?.(call) ?? this.#guard(request, token, call);
    response.headers.set("date", new Date(this.#clock.now()).toUTCString());
    return response;
  }

  #guard(request: Request, token: string | undefined, call: FakeCall): Response {
    if ((request.headers.get("user-agent") ?? "") === "") {
      return problem(403, "Request forbidden by administrative rules.");
    }
    if (token !== undefined && call.account === undefined) return problem(401, "Bad credentials");
    const limit = this.#count(call.account?.login ?? "");
    if (limit["x-ratelimit-remaining"] === "-1") {
      const headers = { ...limit, "x-ratelimit-remaining": "0" };
      return problem(403, "API rate limit exceeded for user ID 1.", headers);
    }
    const response = respond(call);
    for (const [name, value] of Object.entries(limit)) response.headers.set(name, value);
    return response;
  }

  #count(login: string): Record<string, string> {
    const nowMs = this.#clock.now();
    const kept = this.#used.get(login);
    const used = kept !== undefined && kept.resetMs > nowMs
      ? kept
      : { count: 0, resetMs: nowMs + HOUR_MS };
    used.count++;
    this.#used.set(login, used);
    return {
      "x-ratelimit-limit": `${this.rateLimit}`,
      "x-ratelimit-remaining": `${Math.max(-1, this.rateLimit - used.count)}`,
      "x-ratelimit-reset": `${Math.ceil(used.resetMs / 1000)}`,
    };
  }
}
