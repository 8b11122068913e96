import assert from "node:assert/strict";
import { createPeerId } from "../../create_peer_id.ts";
import { GithubWorld } from "./github_world.ts";

const MINUTE_MS = 60_000;
const COMMENTS = "/repos/acme/swarm/issues/comments";

Deno.test("OwnComment changes its comment when it is time, and not before", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  await world.clock.advance(MINUTE_MS);
  await node.look();
  assert.deepEqual(world.github.writes, ["POST /repos/acme/swarm/issues/1/comments"]);
  await world.clock.advance(5 * MINUTE_MS);
  await node.look();
  const [comment, ...others] = world.repository.comments;
  assert.deepEqual(others, []);
  assert.equal(comment?.updatedMs, world.clock.now());
  assert.match(comment?.body ?? "", /"last_seen": "2026-02-14T00:04:00"/);
});

Deno.test("OwnComment changes its comment at once when the addresses change", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  node.addresses.splice(0, 1, `/ip4/198.51.100.3/tcp/1/p2p/${node.peerId}`);
  await node.look();
  assert.equal(world.repository.comments.length, 1);
  assert.match(world.repository.comments[0]?.body ?? "", /198\.51\.100\.3/);
});

Deno.test("OwnComment is found again by a node that was killed", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  for (let seed = 100; seed < 220; seed++) world.addPeer(seed);
  const killed = await world.join(1);
  await killed.look();
  await world.clock.advance(24 * 60 * MINUTE_MS);
  await using node = await world.join(1);
  await node.look();
  assert.equal(world.commentsOf(node.peerId).length, 1);
  assert.equal(
    world.github.writes.at(-1),
    `PATCH ${COMMENTS}/${world.commentsOf(node.peerId)[0]?.id}`,
  );
});

Deno.test("OwnComment is not a stranger's comment with this runner's name", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  const fake = world.addPeer(2, { author: "stranger", runnerName: "me" });
  const { body } = fake;
  {
    await using node = await world.join(1, { account: "owner", runnerName: "me" });
    await node.look();
    await world.clock.advance(5 * MINUTE_MS);
    await node.look();
    assert.equal(fake.body, body);
    assert.equal(world.commentsOf(node.peerId).length, 1);
  }
  assert.deepEqual(world.repository.comments, [fake]);
});

Deno.test("OwnComment is written anew when somebody has deleted it", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  world.repository.comments.length = 0;
  await world.clock.advance(5 * MINUTE_MS);
  await node.look();
  assert.equal(world.commentsOf(node.peerId).length, 1);
});

Deno.test("OwnComment stays one when the answer to writing it was lost", async () => {
  await using world = new GithubWorld();
  const issue = world.addRegistry();
  await using node = await world.join(1);
  let posts = 0;
  world.github.intercept = ({ method, path, body }) => {
    if (method !== "POST" || !path.endsWith("/comments")) return undefined;
    posts++;
    world.repository.addComment({ issue, author: "friend", body: body.body });
    return new Response("Bad gateway", { status: 502 });
  };
  await assert.rejects(node.look(), { code: "github_registry_failed", status: 502 });
  assert.equal(posts, 1);
  world.github.intercept = undefined;
  await node.look();
  assert.equal(world.repository.comments.length, 1);
});

Deno.test("OwnComment is taken back also when the answer to writing it was lost", async () => {
  await using world = new GithubWorld();
  const issue = world.addRegistry();
  {
    await using node = await world.join(1);
    world.github.intercept = ({ method, path, body }) => {
      if (method !== "POST" || !path.endsWith("/comments")) return undefined;
      world.repository.addComment({ issue, author: "friend", body: body.body });
      return new Response("Bad gateway", { status: 502 });
    };
    await assert.rejects(node.look());
    world.github.intercept = undefined;
  }
  assert.deepEqual(world.repository.comments, []);
});

Deno.test("OwnComment deletes its own duplicates and keeps the oldest", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  const [first] = [1, 1, 1].map((seed) =>
    world.addPeer(seed, { author: "friend", runnerName: "me" })
  );
  const foreign = world.addPeer(2, { author: "member", runnerName: "me" });
  await using node = await world.join(1, { runnerName: "me" });
  await node.look();
  assert.deepEqual(world.repository.comments, [first, foreign]);
});

Deno.test("OwnComment learns whose token it is from its first comment, where nothing else tells", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.github.accounts.set("closed", { login: "friend", canQuery: false });
  const older = world.addPeer(1, { author: "friend", runnerName: "me" });
  await using node = await world.join(1, { token: "closed", runnerName: "me" });
  await node.look();
  assert.equal(world.repository.comments.length, 2);
  await node.look();
  assert.deepEqual(world.repository.comments, [older]);
  assert.match(older.body, new RegExp(createPeerId(1)));
});

Deno.test("OwnComment moves when another issue has become the registry", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  await using node = await world.join(1);
  await node.look();
  const [first] = world.repository.issues;
  if (first !== undefined) world.repository.close(first);
  await node.look();
  assert.deepEqual(world.commentsOf(node.peerId).map(({ issue }) => issue), [2]);
});
