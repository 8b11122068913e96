import { toJson } from "../codec/mod.ts";
import type { Prompt } from "../mcp/mod.ts";
import { completeArgument } from "./complete_argument.ts";
import type { PromptDeps } from "./deps.ts";
import { describePeers } from "./describe_peers.ts";
import { embedResources } from "./embed_resources.ts";
import { toFact, toFacts } from "./to_fact.ts";
import { bulletList, userText } from "./user_text.ts";

const KINDS = { peer: "peer", "task_type": "task_type", tool: "tool" } as const;

/** Asks to have a job done by a node of the network, with what the nodes around can do. */
export const delegateJob: Prompt<PromptDeps> = {
  name: "delegate_job",
  title: "Delegate a job",
  description:
    "Have a job done by a node of the network: which nodes there are, what each takes, and how to " +
    "submit the job, follow it and get its result.",
  arguments: [
    { name: "job", description: "What is to be done.", required: true },
    { name: "peer", description: "Peer id of the node that should do it. Absent: any that fits." },
    { name: "task_type", description: "Type of the task. Absent: whatever fits the job." },
    { name: "tool", description: "The tool that does it, for tasks of type tool.call." },
  ],
  scope: "tasks:read",
  async get(deps, args, context) {
    const { job = "", peer } = args;
    const [peers, { taskTypes }] = await Promise.all([
      describePeers(deps, { peerId: peer, context }),
      deps.queue.status({ signal: context.signal }),
    ]);
    const facts = [
      `This node ${toFacts([deps.queue.peerId], "")} takes ${
        toFacts(taskTypes, "no tasks itself; it only queues them")
      }`,
      ...peers,
      ...peer !== undefined && peers.length === 0
        ? [`Nothing is known here about the node ${toFact(peer)}`]
        : [],
    ];
    const uris = ["queue://counts", ...peer === undefined ? [] : [`peer://${peer}`]];
    const embedded = await embedResources(uris, { resources: deps.resources, context });
    return [
      userText(
        `Have this job done by a node of the network:\n\n${job}`,
        bulletList("The nodes that are known now:", facts),
        `Tools that a task of type tool.call can run: ${toFacts(deps.toolNames(), "none")}`,
        toSteps(args),
      ),
      ...embedded,
    ];
  },
  complete(deps, request, context) {
    const kind = KINDS[request.argument as keyof typeof KINDS];
    return kind === undefined ? [] : completeArgument(kind, request, { deps, context });
  },
};

function toSteps(args: Readonly<Record<string, string>>): string {
  const { peer, tool, "task_type": type = tool === undefined ? "…" : "tool.call" } = args;
  const submission = {
    "task_type": type,
    payload: tool === undefined ? {} : { tool, args: {} },
    ...(peer !== undefined && { "peer_id": peer }),
    "idempotency_key": "…",
  };
  const waited = { "task_id": "…", ...(peer !== undefined && { "remote_peer_id": peer }) };
  return `Do it in these steps:
1. ${chooseStep(args)}
2. Submit it with p2p_taskqueue_submit, with the payload filled in and a key of your own that stays ` +
    `the same should you have to repeat the call:
   ${toJson(submission)}
3. Wait for it with p2p_taskqueue_wait_task, which reports its progress and its log; ask the same ` +
    `node, and again while it is queued or running:
   ${toJson(waited)}
4. If it failed, read its error and its failures. Submit it anew with what was wrong put right; ` +
    `p2p_taskqueue_retry repeats it unchanged. If it stays queued, use the prompt ` +
    `diagnose_waiting_task.
5. Report the result, and which node did it.`;
}

function chooseStep({ peer, "task_type": type }: Readonly<Record<string, string>>): string {
  const node = peer === undefined
    ? "Choose a node: one that takes the type and was seen lately. Without peer_id it is this node"
    : "The node is given; make sure that it takes the type";
  return `${node}. ${type === undefined ? "Choose the type that fits the job." : ""}`.trim();
}
