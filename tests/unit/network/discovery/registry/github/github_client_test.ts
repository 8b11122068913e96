import assert from "node:assert/strict";
import { abortable, FakeClock, moveOnAfter } from "../../../../../../src/concurrency/mod.ts";
import { openGithubClient } from "../../../../../../src/network/discovery/registry/github/github_client.ts";
import { FakeGithub, type Interceptor } from "./fake_github.ts";
import { REPOSITORY } from "./fake_repository.ts";
import { problem } from "./fake_routes.ts";
import { GithubWorld } from "./github_world.ts";

const NEVER = new AbortController().signal;

// Octokit's queues have a timer that is made with the first request and never ends.
await useThrottling(() => undefined);

async function useThrottling(intercept: Interceptor): Promise<readonly string[]> {
  await using github = new FakeGithub();
  github.intercept = intercept;
  await using client = await openGithubClient({
    repository: REPOSITORY,
    apiUrl: github.url,
    pace: { secondMs: 0 },
    logger: undefined,
  });
  await client.send(
    (octokit, scope) => octokit.request("GET /repos/{owner}/{repo}/issues", { ...scope }),
    NEVER,
  );
  return github.requests;
}

Deno.test("GithubClient waits for a moment and asks again when GitHub asks for that", async () => {
  let isFirst = true;
  const requests = await useThrottling(() => {
    if (!isFirst) return undefined;
    isFirst = false;
    return problem(403, "You have exceeded a secondary rate limit.", { "retry-after": "1" });
  });
  assert.equal(requests.length, 2);
});

Deno.test("GithubClient asks again after an error of the server", async () => {
  let failures = 2;
  const requests = await useThrottling(() =>
    failures-- > 0 ? problem(502, "Bad gateway") : undefined
  );
  assert.equal(requests.length, 3);
});

Deno.test("GithubClient leaves GitHub alone for as long as it asks for", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.browse(1);
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
  world.github.intercept = () => problem(429, message, { "retry-after": "90" });
  await assert.rejects(node.look(), { code: "github_rate_limited", retryAfterMs: 90_000 });
  world.github.intercept = undefined;
  const { length } = world.github.requests;
  await world.clock.advance(89_000);
  await assert.rejects(node.look(), { code: "github_rate_limited", retryAfterMs: 1000 });
  assert.equal(world.github.requests.length, length);
  await world.clock.advance(1000);
  await node.look();
});

Deno.test("GithubClient waits for the next hour when this one's requests are used up", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.github.rateLimit = 6;
  await using node = await world.browse(1);
  await node.look();
  await node.look();
  await world.clock.advance(600_000);
  await assert.rejects(node.look(), { code: "github_rate_limited", retryAfterMs: 3_001_000 });
  world.github.rateLimit = 5000;
  await assert.rejects(node.look(), { code: "github_rate_limited" });
  await world.clock.advance(3_001_000);
  await node.look();
});

Deno.test("GithubClient comes back after an hour, however long GitHub asks for", async () => {
  await using world = new GithubWorld();
  await using node = await world.browse(1);
  world.github.intercept = () => problem(429, "Too many requests", { "retry-after": "9999999" });
  await assert.rejects(node.look(), { retryAfterMs: 3_600_000 });
});

const FAILURES: readonly (readonly [status: number, message: string, reason: RegExp])[] = [
  [401, "Bad credentials", /token is not accepted/],
  [403, "Resource not accessible by personal access token", /token may not do that/],
  [404, "Not Found", /not there, or hidden/],
  [410, "Issues are disabled for this repo", /issues are switched off/],
  [422, "Validation Failed", /answers with status 422/],
  [500, "Server Error", /answers with status 500/],
];

for (const [status, message, reason] of FAILURES) {
  Deno.test(`GithubClient says what status ${status} means, and never shows the token`, async () => {
    await using world = new GithubWorld();
    await using node = await world.join(1);
    world.github.intercept = () => problem(status, message);
    await assert.rejects(node.look(), (error: Error & { cause?: unknown }) => {
      assert.match(error.message, reason);
      assert.match(error.message, /repository "acme\/swarm"$/);
      assert.equal(
        Deno.inspect([error, error.cause], { depth: 10 }).includes("friend-token"),
        false,
      );
      return true;
    });
  });
}

Deno.test("GithubClient says that GitHub does not answer", async () => {
  const world = new GithubWorld();
  await using node = await world.browse(1);
  await world[Symbol.asyncDispose]();
  await assert.rejects(node.look(), { code: "github_registry_failed", status: undefined });
});

Deno.test("GithubClient understands answers that are no JSON", async () => {
  await using world = new GithubWorld();
  await using node = await world.browse(1);
  world.github.intercept = () =>
    new Response("<html>Unicorn!</html>", {
      status: 502,
      headers: { "content-type": "text/html" },
    });
  await assert.rejects(node.look(), { code: "github_registry_failed", status: 502 });
});

Deno.test("GithubClient gives a request up when its signal aborts, and does not make it again", async () => {
  await using world = new GithubWorld();
  const node = await world.browse(1, { pace: { isThrottled: false, secondMs: 3_600_000 } });
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  world.github.intercept = async () => {
    asked.resolve();
    await ended.promise;
    return undefined;
  };
  const controller = new AbortController();
  const looking = node.look(controller.signal);
  await asked.promise;
  const reason = new Error("No longer needed");
  controller.abort(reason);
  await assert.rejects(looking, (error) => error === reason);
  ended.resolve();
  assert.equal(world.github.requests.length, 1);
  const stopping = await moveOnAfter(
    5_000,
    (signal) => abortable(node[Symbol.asyncDispose](), signal),
  );
  assert.equal(stopping.timedOut, false, "it waits for another try");
});

Deno.test("GithubClient logs what Octokit complains about for those only who look for a fault", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.join(1);
  world.github.intercept = () => problem(500, "Server Error", { deprecation: "true" });
  await assert.rejects(node.look());
  const lines = new Set(node.logger.lines.map(([level, message]) => `${level}: ${message}`));
  assert.deepEqual([...lines], ["debug: GitHub client warned"]);
});

Deno.test("GithubClient sends nothing when it is opened and closed", async () => {
  await using github = new FakeGithub(new FakeClock());
  const options = { repository: REPOSITORY, apiUrl: github.url, logger: undefined };
  await using _client = await openGithubClient(options);
  assert.deepEqual(github.requests, []);
});
