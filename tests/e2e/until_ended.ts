import { systemClock } from "../../src/concurrency/mod.ts";
import type { McppProcess } from "./mcpp_process.ts";

/** Nothing announces the end of work that was given up, so the metrics are asked. */
const PAUSE_MS = 50;

/**
 * Wait until a tool's work has ended on the node; the client may have given up long before.
 *
 * @returns What came of it: `ok`, or the code of the error.
 */
export function untilCallEnded(node: McppProcess, tool: string): Promise<string> {
  return untilCounted(node, `mcpp_tool_calls_total{tool="${tool}",outcome="`);
}

/**
 * Wait until what a peer has asked of the node's queue has ended.
 *
 * @returns What came of it: `ok`, or the code of the error.
 */
export function untilOperationEnded(node: McppProcess, op: string): Promise<string> {
  return untilCounted(node, `mcpp_queue_operations_total{op="${op}",outcome="`);
}

async function untilCounted(node: McppProcess, start: string): Promise<string> {
  for (;;) {
    const response = await fetch(new URL("/metrics", node.ready.url));
    const lines = (await response.text()).split("\n");
    const line = lines.find((each) => each.startsWith(start));
    if (line !== undefined) return line.slice(start.length, line.indexOf('"', start.length));
    await systemClock.sleep(PAUSE_MS);
  }
}
