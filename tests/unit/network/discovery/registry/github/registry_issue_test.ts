import assert from "node:assert/strict";
import { GithubWorld, TITLE } from "./github_world.ts";

const HOUR_MS = 3_600_000;

Deno.test("findRegistryIssue() takes the oldest of several", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.addRegistry();
  world.addPeer(2);
  await using node = await world.join(1);
  await node.look();
  assert.deepEqual(world.commentsOf(node.peerId).map(({ issue }) => issue), [1]);
});

Deno.test("findRegistryIssue() takes only an open issue with the very title", async () => {
  await using world = new GithubWorld();
  const { repository } = world;
  repository.addIssue(TITLE, "owner", { isPullRequest: true });
  repository.addIssue(`${TITLE} is broken`, "stranger");
  const closed = repository.addIssue(TITLE, "owner");
  await world.clock.advance(HOUR_MS);
  // The search's index takes it for open for a while.
  repository.close(closed);
  const open = world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  assert.deepEqual(world.commentsOf(node.peerId).map(({ issue }) => issue), [open]);
});

Deno.test("findRegistryIssue() finds an issue that the search does not know yet", async () => {
  await using world = new GithubWorld();
  world.repository.indexLagMs = Infinity;
  world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  assert.equal(world.repository.issues.length, 1);
});

Deno.test("findRegistryIssue() finds an old issue behind more new ones than a page holds", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  for (let count = 0; count < 150; count++) world.repository.addIssue("Something else", "fan");
  await world.clock.advance(HOUR_MS);
  await using node = await world.join(1);
  await node.look();
  assert.deepEqual(world.commentsOf(node.peerId).map(({ issue }) => issue), [1]);
});

Deno.test("createRegistryIssue() leaves one registry when several nodes begin at the same time", async () => {
  await using world = new GithubWorld();
  const all = Promise.withResolvers<void>();
  let creating = 0;
  world.github.intercept = async ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/issues")) return undefined;
    if (++creating === 3) all.resolve();
    await all.promise;
    return undefined;
  };
  await using first = await world.join(1);
  await using second = await world.join(2, { account: "member" });
  await using third = await world.join(3, { account: "stranger" });
  const nodes = [first, second, third];
  await Promise.all(nodes.map((node) => node.look()));
  await Promise.all(nodes.map((node) => node.look()));
  assert.equal(world.repository.issues.length, 3);
  const open = world.repository.issues.filter(({ state }) => state === "open");
  assert.deepEqual(open.map(({ number }) => number), [1]);
  assert.deepEqual(world.repository.comments.map(({ issue }) => issue), [1, 1, 1]);
});
