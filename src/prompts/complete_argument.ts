import {
  ANONYMOUS,
  type CompletionRequest,
  hasScope,
  type PromptContext,
} from "../mcp/server/mod.ts";
import { listPeerRows } from "../tools/mod.ts";
import type { PromptDeps } from "./deps.ts";
import { knownTaskTypes } from "./known_task_types.ts";

/** Tasks that are looked at for their ids. */
const MAX_TASKS = 200;

/** What an argument of a prompt names. */
export type ArgumentKind = "peer" | "task_type" | "tool" | "waiting_task";

/**
 * Values that an argument of a prompt may have.
 *
 * @param kind What the argument names.
 * @param request What has been typed.
 * @param options Where the values come from, and for whom.
 * @returns The values that begin with what has been typed.
 */
export async function completeArgument(
  kind: ArgumentKind,
  { value }: Pick<CompletionRequest, "value">,
  options: { readonly deps: PromptDeps; readonly context: PromptContext },
): Promise<readonly string[]> {
  const values = await listValues(kind, options.deps, options.context);
  return values.filter((candidate) => candidate.startsWith(value));
}

async function listValues(
  kind: ArgumentKind,
  deps: PromptDeps,
  { principal = ANONYMOUS, signal }: PromptContext,
): Promise<readonly string[]> {
  switch (kind) {
    case "peer": {
      const { neighbourhood } = deps;
      if (neighbourhood === undefined || !hasScope(principal, "peers:read")) return [];
      return listPeerRows(neighbourhood).map((row) => row["peer_id"]);
    }
    case "task_type":
      return await knownTaskTypes(deps, signal);
    case "tool":
      return deps.toolNames();
    case "waiting_task": {
      const tasks = await deps.queue.list({ status: "queued", limit: MAX_TASKS }, { signal });
      return tasks.map(({ id }) => id);
    }
  }
}
