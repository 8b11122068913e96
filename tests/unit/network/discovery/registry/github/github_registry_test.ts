import assert from "node:assert/strict";
import fixture from "../../../../../fixtures/registry/comment.json" with { type: "json" };
import { createGithubRegistry } from "../../../../../../src/network/discovery/registry/github/github_registry.ts";
import { createPeerId } from "../../create_peer_id.ts";
import { GithubWorld, TITLE } from "./github_world.ts";

const MINUTE_MS = 60_000;
const [ALICE, BOB] = [createPeerId(2), createPeerId(3)];

Deno.test("createGithubRegistry() writes a comment that Python reads, byte for byte", async () => {
  await using world = new GithubWorld();
  await using node = await world.join(1, { runnerName: "runner-é" });
  await node.look();
  const { peerId, addresses: [multiaddr] } = node;
  const expected = fixture.body
    .replaceAll("/ip4/203.0.113.9/tcp/9100/p2p/12D3", multiaddr ?? "")
    .replace('"peer_id": "12D3"', `"peer_id": "${peerId}"`)
    .replace("23:58:00.123456", "23:58:00");
  assert.deepEqual(world.repository.comments.map(({ body }) => body), [expected]);
  assert.deepEqual(world.repository.issues.map(({ title }) => title), [TITLE]);
});

Deno.test("createGithubRegistry() finds what Python has written, also where a person has edited it", async () => {
  await using world = new GithubWorld();
  const issue = world.addRegistry();
  for (const [peerId, lineEnd] of [[ALICE, "\n"], [BOB, "\r\n"]] as const) {
    const body = fixture.body.replaceAll("12D3", peerId).replaceAll("\n", lineEnd);
    world.repository.addComment({ issue, author: "owner", body });
  }
  await using node = await world.browse(1);
  assert.deepEqual(await node.lookForIds(), [ALICE, BOB].sort());
  assert.deepEqual(node.found.find(({ peerId }) => peerId === ALICE)?.multiaddrs, [
    `/ip4/203.0.113.9/tcp/9100/p2p/${ALICE}`,
  ]);
});

Deno.test("createGithubRegistry() reads all pages of comments", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  for (let seed = 100; seed < 340; seed++) world.addPeer(seed);
  await using node = await world.browse(1);
  assert.equal((await node.lookForIds()).length, 240);
  assert.equal(world.github.requests.filter((line) => line.endsWith("/comments")).length, 3);
});

Deno.test("createGithubRegistry() reads only what can be fresh after its first round", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  for (let seed = 100; seed < 340; seed++) world.addPeer(seed);
  await using node = await world.browse(1);
  await node.look();
  await world.clock.advance(40 * MINUTE_MS);
  world.addPeer(2);
  await node.look();
  world.github.requests.length = 0;
  assert.deepEqual(await node.lookForIds(), [ALICE]);
  assert.equal(world.github.requests.filter((line) => line.endsWith("/comments")).length, 1);
});

Deno.test("createGithubRegistry() finds nobody that a stranger names", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.addPeer(2, { author: "stranger" });
  world.addPeer(3, { author: "fan" });
  world.addPeer(4, { author: "friend" });
  await using node = await world.browse(1);
  assert.deepEqual(await node.lookForIds(), [createPeerId(4)]);
});

Deno.test("createGithubRegistry() finds whom the listed accounts name, and nobody else", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.addPeer(2, { author: "github-actions[bot]" });
  world.addPeer(3, { author: "owner" });
  await using node = await world.browse(1, { authors: ["GitHub-Actions[bot]"] });
  assert.deepEqual(await node.lookForIds(), [ALICE]);
});

Deno.test("createGithubRegistry() believes the account that it writes with", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  world.addPeer(2, { author: "github-actions[bot]" });
  await using node = await world.join(1, { account: "github-actions[bot]" });
  assert.deepEqual(await node.lookForIds(), [ALICE]);
});

Deno.test("createGithubRegistry() measures age by GitHub's clock, not by the runners'", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  const yearMs = 365 * 24 * 60 * MINUTE_MS;
  world.addPeer(2, { lastSeenMs: world.clock.now() + yearMs });
  await world.clock.advance(20 * MINUTE_MS);
  world.addPeer(3, { lastSeenMs: world.clock.now() - yearMs });
  await using node = await world.browse(1);
  assert.deepEqual(await node.lookForIds(), [ALICE, BOB].sort());
  await world.clock.advance(10 * MINUTE_MS);
  assert.deepEqual(await node.lookForIds(), [BOB]);
  assert.deepEqual(node.found.map(({ ttlMs }) => ttlMs), [20 * MINUTE_MS]);
  assert.deepEqual(node.lost, [ALICE]);
});

Deno.test("createGithubRegistry() leaves everybody else's comments alone, however old they are", async () => {
  await using world = new GithubWorld();
  world.addRegistry();
  const others = [world.addPeer(2, { author: "friend" }), world.addPeer(3, { author: "stranger" })];
  const bodies = others.map(({ body }) => body);
  await world.clock.advance(24 * 60 * MINUTE_MS);
  {
    await using node = await world.join(1);
    await node.look();
    assert.equal(world.commentsOf(node.peerId).length, 1);
  }
  assert.deepEqual(world.repository.comments.map(({ body }) => body), bodies);
});

Deno.test("createGithubRegistry() writes nothing without a token, and nothing for a node that only looks", async () => {
  await using world = new GithubWorld();
  await using bare = await world.browse(1);
  bare.addresses.push("/ip4/203.0.113.9/tcp/9100");
  await bare.look();
  await using looking = await world.browse(2, { token: "owner-token" });
  await looking.look();
  assert.deepEqual(world.github.writes, []);
});

Deno.test("createGithubRegistry() tells the widest address first, and no loopback address", async () => {
  await using world = new GithubWorld();
  await using node = await world.join(1, { runnerName: "me" });
  const id = node.peerId;
  const relayed = `/ip4/172.32.0.7/tcp/1/p2p/${ALICE}/p2p-circuit/p2p/${id}`;
  const open = `/ip4/172.32.0.9/tcp/9100/p2p/${id}`;
  const near = [`/ip4/127.0.0.1/tcp/9100/p2p/${id}`, `/ip6/::1/tcp/9100/p2p/${id}`];
  const lan = `/ip4/192.168.1.4/tcp/9100/p2p/${id}`;
  node.addresses.splice(0, Infinity, ...near, lan, relayed, open);
  await node.look();
  await using other = await world.browse(2);
  await other.look();
  const [found] = other.found;
  assert.equal(found?.multiaddrs[0], open);
  assert.deepEqual([...found?.multiaddrs ?? []].sort(), [lan, relayed, open].sort());
});

Deno.test("createGithubRegistry() tells the public address that it was given", async () => {
  await using world = new GithubWorld();
  await using node = await world.join(1, { publicIp: "198.51.100.1" });
  const relayed = `/ip4/198.51.100.7/tcp/1/p2p/${ALICE}/p2p-circuit/p2p/${node.peerId}`;
  node.addresses.splice(0, Infinity, `/ip4/10.0.0.4/tcp/9100/p2p/${node.peerId}`, relayed);
  await node.look();
  const body = world.repository.comments[0]?.body ?? "";
  assert.match(body, /"public_ip": "198\.51\.100\.1"/);
  assert.match(body, /"listen_port": 9100/);
  assert.match(body, /"multiaddr": "\/ip4\/198\.51\.100\.1\/tcp\/9100\/p2p\//);
  assert.ok(body.includes(relayed));
});

Deno.test("createGithubRegistry() keeps a runner's name inside its comment", async () => {
  await using world = new GithubWorld();
  const runnerName = "x --><script>\n```";
  await using node = await world.join(1, { runnerName });
  await node.look();
  const [marker, fence] = world.repository.comments[0]?.body.split("\n") ?? [];
  assert.equal(marker, `<!-- ${TITLE}:x --%3E%3Cscript%3E%0A%60%60%60 -->`);
  assert.equal(fence, "```json");
});

Deno.test("createGithubRegistry() refuses names that cannot be ones", () => {
  for (const repository of ["", "acme", "acme/swarm/x", "acme/swarm?x", "../x y"]) {
    assert.throws(() => createGithubRegistry({ repository }), RangeError);
  }
  for (const title of ["", 'a" is:closed', "-->"]) {
    assert.throws(() => createGithubRegistry({ repository: "acme/swarm", title }), RangeError);
  }
  const runnerName = " ";
  assert.throws(() => createGithubRegistry({ repository: "acme/swarm", runnerName }), RangeError);
});
