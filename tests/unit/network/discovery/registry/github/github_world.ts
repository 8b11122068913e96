import { FakeClock } from "../../../../../../src/concurrency/mod.ts";
import type {
  DiscoveryContext,
  DiscoveryMethod,
  FoundPeer,
} from "../../../../../../src/network/discovery/discovery_method.ts";
import {
  createGithubRegistry,
  type GithubRegistryOptions,
} from "../../../../../../src/network/discovery/registry/github/github_registry.ts";
import { createPeerId } from "../../create_peer_id.ts";
import { FakeLogger } from "../../../fake_logger.ts";
import { FakeGithub } from "./fake_github.ts";
import { type FakeComment, type FakeRepository, REPOSITORY } from "./fake_repository.ts";
import { toBody } from "./registry_bodies.ts";

/** The name of the registry. */
export const TITLE = "p2p-peer-registry";

const NEVER = new AbortController().signal;

/** A node at a registry. */
export interface RegistryNode extends AsyncDisposable {
  readonly peerId: string;
  readonly found: FoundPeer[];
  readonly lost: string[];
  readonly logger: FakeLogger;
  /** Where it can be dialled; to be changed. */
  readonly addresses: string[];
  look(signal?: AbortSignal): Promise<void>;
  /** The ids that one round finds. */
  lookForIds(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A GitHub with one repository, whose owner is `owner`, and nodes that meet there. */
export class GithubWorld implements AsyncDisposable {
  readonly clock = new FakeClock(Date.parse("2026-02-13T23:58:00Z"));
  readonly github = new FakeGithub(this.clock);
  readonly repository: FakeRepository = this.github.repository;

  constructor() {
    this.repository.associations.set("owner", "OWNER").set("member", "MEMBER");
    this.repository.associations.set("friend", "COLLABORATOR").set("fan", "CONTRIBUTOR");
    for (const login of ["owner", "member", "friend", "fan", "stranger", "github-actions[bot]"]) {
      this.github.accounts.set(`${login}-token`, { login });
    }
  }

  /** A registry with nobody in it. */
  addRegistry(author = "owner"): number {
    return this.repository.addIssue(TITLE, author).number;
  }

  /** A peer's comment. */
  addPeer(
    seed: number,
    options: { author?: string; runnerName?: string; lastSeenMs?: number } = {},
  ) {
    const { author = "member", lastSeenMs = this.clock.now(), ...rest } = options;
    const issue = this.repository.issues.find(({ title }) => title === TITLE)?.number ?? 0;
    const peerId = createPeerId(seed);
    const multiaddrs = [`/ip4/203.0.113.${seed % 250}/tcp/9710/p2p/${peerId}`];
    const body = toBody({ peerId, multiaddrs, lastSeenMs, ...rest });
    return this.repository.addComment({ issue, author, body });
  }

  /** A node that can be dialled, with the token of an account. */
  async join(
    seed: number,
    options: Partial<GithubRegistryOptions> & { account?: string } = {},
  ): Promise<RegistryNode> {
    const { account = "friend", ...rest } = options;
    const node = await this.browse(seed, { token: `${account}-token`, ...rest });
    node.addresses.push(`/ip4/203.0.113.9/tcp/9100/p2p/${node.peerId}`);
    return node;
  }

  /** A node that only looks. */
  async browse(seed: number, options: Partial<GithubRegistryOptions> = {}): Promise<RegistryNode> {
    const method = createGithubRegistry({
      repository: REPOSITORY,
      apiUrl: this.github.url,
      pace: { isThrottled: false, secondMs: 0 },
      ...options,
    });
    const node = new Node(createPeerId(seed), method, this.clock);
    await node.start();
    return node;
  }

  /** The comments that hold a peer's entry. */
  commentsOf(peerId: string): readonly FakeComment[] {
    return this.repository.comments.filter(({ body }) => body.includes(`"peer_id": "${peerId}"`));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.github[Symbol.asyncDispose]();
  }
}

class Node implements RegistryNode {
  readonly found: FoundPeer[] = [];
  readonly lost: string[] = [];
  readonly addresses: string[] = [];
  readonly logger = new FakeLogger();
  readonly #context: DiscoveryContext;
  #started: AsyncDisposable | undefined;

  constructor(readonly peerId: string, readonly method: DiscoveryMethod, clock: FakeClock) {
    this.#context = {
      self: { peerId, multiaddrs: () => this.addresses },
      clock,
      logger: this.logger,
      found: (peer) => void this.found.push(peer),
      lost: (lost) => void this.lost.push(lost),
    };
  }

  async start(): Promise<void> {
    this.#started = await this.method.start?.(this.#context, NEVER);
  }

  look(signal: AbortSignal = NEVER): Promise<void> {
    return this.method.look(this.#context, signal);
  }

  async lookForIds(): Promise<readonly string[]> {
    this.found.length = 0;
    await this.look();
    return this.found.map(({ peerId }) => peerId).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.[Symbol.asyncDispose]();
  }
}
