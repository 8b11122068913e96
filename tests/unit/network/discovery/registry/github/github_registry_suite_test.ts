import { FakeClock } from "../../../../../../src/concurrency/mod.ts";
import { createGithubRegistry } from "../../../../../../src/network/discovery/registry/github/github_registry.ts";
import { createPeerId } from "../../create_peer_id.ts";
import {
  type FixturePeer,
  type MethodFixture,
  SELF_PEER_ID,
  testDiscoveryMethod,
} from "../../method_suite.ts";
import { malformedEntries } from "../malformed_entries.ts";
import { FakeGithub } from "./fake_github.ts";
import { REPOSITORY } from "./fake_repository.ts";
import { problem } from "./fake_routes.ts";
import { readAll, toBody } from "./registry_bodies.ts";

const TITLE = "p2p-peer-registry";

testDiscoveryMethod("createGithubRegistry()", {
  open: () => Promise.resolve(openFixture()),
  isAnnouncing: true,
});

function openFixture(): MethodFixture {
  const clock = new FakeClock(Date.now());
  const github = new FakeGithub(clock);
  const { repository } = github;
  github.accounts.set("t0ken", { login: "node" });
  repository.associations.set("node", "COLLABORATOR").set("runner", "MEMBER");
  const issue = repository.addIssue(TITLE, "runner").number;
  const add = (peer: FixturePeer): void => {
    const body = toBody({ ...peer, lastSeenMs: clock.now() });
    repository.addComment({ issue, author: "runner", body });
  };
  return {
    clock,
    maxPeersPerRound: 256,
    method: createGithubRegistry({
      repository: REPOSITORY,
      token: "t0ken",
      apiUrl: github.url,
      pace: { isThrottled: false, secondMs: 0 },
    }),
    async step() {
      await clock.advance(5);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
    appear: (peer) => Promise.resolve(add(peer)),
    disappear(peerId) {
      const comment = repository.comments.find(({ body }) => body.includes(peerId));
      if (comment !== undefined) repository.removeComment(comment);
      return Promise.resolve();
    },
    breakDown() {
      github.intercept = () => problem(503, "Service unavailable");
      return Promise.resolve();
    },
    repair() {
      github.intercept = undefined;
      return Promise.resolve();
    },
    stall: () => Promise.resolve(github.stall()),
    addMalformed() {
      for (const text of malformedEntries()) {
        const body = `<!-- ${TITLE}:hostile -->\n\`\`\`json\n${text}\n\`\`\`\n`;
        repository.addComment({ issue, author: "runner", body });
      }
      for (const body of ["", `<!-- ${TITLE}:`, `<!-- ${TITLE}:x -->\n\`\`\``, "Hello"]) {
        repository.addComment({ issue, author: "runner", body });
      }
      return Promise.resolve();
    },
    flood() {
      for (let seed = 100; seed < 500; seed++) {
        const peerId = createPeerId(seed);
        const multiaddrs = Array.from(
          { length: 100 },
          (_, index) => `/ip4/192.168.2.${index}/tcp/${seed}/p2p/${peerId}`,
        );
        add({ peerId, multiaddrs });
      }
      return Promise.resolve();
    },
    announcedPeerIds: () => Promise.resolve(readAll(repository).map(({ peerId }) => peerId)),
    leftovers: () =>
      Promise.resolve(
        repository.comments.filter(({ body }) => body.includes(SELF_PEER_ID)).map(({ body }) =>
          body
        ),
      ),
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}
