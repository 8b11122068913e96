import assert from "node:assert/strict";
import type { FakeClock } from "../../../src/concurrency/mod.ts";
import {
  bindPrompt,
  type Principal,
  type Prompt,
  type PromptMessage,
} from "../../../src/mcp/mod.ts";
import type { PromptDeps } from "../../../src/prompts/mod.ts";
import { createPeerResources, createTaskResources } from "../../../src/resources/mod.ts";
import type { LocalTaskQueue, QueueStatus, TaskQueue } from "../../../src/taskqueue/mod.ts";
import type { Neighbourhood } from "../../../src/tools/mod.ts";
import { withQueue } from "../resources/with_queue.ts";

/** What prompts are made of in a test: this node, `me`, and a peer, `far`. */
export interface PromptFixture {
  readonly queue: LocalTaskQueue;
  readonly clock: FakeClock;
  readonly deps: PromptDeps;
}

const FAR: QueueStatus = { peerId: "far", taskTypes: ["render"], models: ["llama"] };

/** Runs a test body with what prompts need. */
export async function withPrompts(
  use: (fixture: PromptFixture) => Promise<void>,
  status: () => Promise<QueueStatus> = () => Promise.resolve(FAR),
): Promise<void> {
  await withQueue(async ({ queue, clock }) => {
    const neighbourhood: Neighbourhood = {
      selfPeerId: "me",
      listenPort: 1,
      startedAtMs: 0,
      discoveredPeers: () => [
        { peerId: "far", multiaddrs: [], method: "mdns", lastSeenMs: clock.now() - 5_000 },
      ],
      workingPeers: () => [
        { peerId: "far", workerId: "w", taskTypes: ["render"], lastSeenMs: clock.now() - 5_000 },
      ],
      now: () => clock.now(),
    };
    const deps: PromptDeps = {
      queue,
      queues: { queueOf: () => ({ status }) as unknown as TaskQueue },
      neighbourhood,
      resources: [createTaskResources({ queue, clock }), createPeerResources({ neighbourhood })],
      toolNames: () => ["echo", "server_info"],
      clock,
    };
    await use({ queue, clock, deps });
  });
}

/** The messages of a prompt, as a server gets them. */
export async function getPrompt(
  prompt: Prompt<PromptDeps>,
  deps: PromptDeps,
  args: Record<string, string>,
  principal?: Principal,
): Promise<{ readonly text: string; readonly embedded: readonly Embedded[] }> {
  const { signal } = new AbortController();
  const [first, ...rest] = await bindPrompt(prompt, deps).get(args, { signal, principal });
  assert.ok(first !== undefined && first.content["type"] === "text");
  return { text: String(first.content["text"]), embedded: rest.map(toEmbedded) };
}

/** A resource in a prompt. */
export interface Embedded {
  readonly uri: string;
  /** What it holds; `undefined` if it is only linked. */
  // deno-lint-ignore no-explicit-any -- whatever it is, it is looked at in tests only.
  readonly value: any;
}

function toEmbedded({ role, content }: PromptMessage): Embedded {
  assert.equal(role, "user");
  if (content["type"] === "resource_link") return { uri: String(content["uri"]), value: undefined };
  const { uri, text } = content["resource"] as { uri: string; text: string };
  return { uri, value: JSON.parse(text) };
}

/** Values for an argument of a prompt. */
export async function complete(
  prompt: Prompt<PromptDeps>,
  deps: PromptDeps,
  [argument, value]: readonly [string, string],
  principal?: Principal,
): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const request = { argument, value, known: {} };
  return await bindPrompt(prompt, deps).complete(request, { signal, principal });
}
