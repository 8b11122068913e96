import type { McpClient } from "../../mod.ts";
import { isJsonObject, type JsonObject } from "../../src/codec/mod.ts";
import type { TaskQueue } from "../../src/taskqueue/mod.ts";

/** The least work that a task can be: `echo` gives its argument back. */
const TASK = { type: "tool.call", payload: { tool: "echo", args: { text: "hi" } } } as const;

/**
 * Have a task done through a queue.
 *
 * @param queue The queue of this or another node.
 */
export async function submitAndWait(queue: TaskQueue): Promise<void> {
  const { taskId } = await queue.submit(TASK);
  const task = await queue.wait({ taskId });
  if (task?.status !== "completed") throw new Error(`The task is ${task?.status}`);
}

/**
 * Have a task done through the MCP tools of a node.
 *
 * @param client A connection to the node that is asked.
 * @param multiaddr The node whose queue is meant. @default {""} the asked node itself
 */
export async function submitAndWaitByMcp(client: McpClient, multiaddr = ""): Promise<void> {
  const submitted = await callTool(client, "p2p_taskqueue_submit", {
    "task_type": TASK.type,
    payload: TASK.payload,
    "remote_multiaddr": multiaddr,
  });
  const { task = null } = await callTool(client, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"] ?? "",
    "remote_multiaddr": multiaddr,
  });
  const status = isJsonObject(task) ? task["status"] : "unknown";
  if (status !== "completed") throw new Error(`The task is ${status}`);
}

async function callTool(client: McpClient, name: string, args: JsonObject): Promise<JsonObject> {
  const { structuredContent = null, isError, text } = await client.callTool(name, args);
  if (isError || !isJsonObject(structuredContent)) throw new Error(text);
  return structuredContent;
}
