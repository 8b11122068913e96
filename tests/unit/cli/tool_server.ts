import assert from "node:assert/strict";
import { runCli } from "../../../src/cli/mod.ts";
import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { createMcpRoute, openHttpServer } from "../../../src/http/mod.ts";
import {
  type BoundTool,
  createMcpFetchHandler,
  createToolTable,
  type McpServerOptions,
} from "../../../src/mcp/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";
import { createFakeTerminal } from "./fake_terminal.ts";

/** What a command did. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Whether a person looks. @default {false} */
  readonly isInteractive?: boolean;
  readonly stdin?: string;
}

/** Runs commands against a server. */
export type RunCommand = (args: readonly string[], options?: RunOptions) => Promise<CommandRun>;

/** What a server has. */
export type Served = Partial<Pick<McpServerOptions, "resources" | "prompts" | "instructions">>;

/** Serve tools on a free port, and run commands that talk to them. */
export function withToolServer(
  tools: readonly BoundTool[],
  use: (run: RunCommand, url: string) => Promise<void>,
): Promise<void> {
  return withServer({ tools }, use);
}

/** Serve on a free port, and run commands that talk to the server. */
export async function withServer(
  { tools = [], ...served }: Served & { readonly tools?: readonly BoundTool[] },
  use: (run: RunCommand, url: string) => Promise<void>,
): Promise<void> {
  const logger = getLogger("test");
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, {
      serverInfo: { name: "test", version: "1.0.0" },
      tools: createToolTable(tools),
      ...served,
      logger,
    });
    const routes = [createMcpRoute("/mcp", handler)];
    await using server = await openHttpServer({ port: 0, routes, logger });
    const url = `${server.url}/mcp`;
    const run: RunCommand = async (args, options = {}) => {
      const terminal = createFakeTerminal(options);
      const code = await runCli([...args, "--url", url], { terminal });
      return { code, out: terminal.out(), err: terminal.err() };
    };
    await use(run, url);
    group.cancel();
  });
}

/** The only line of JSON that a command printed. */
export function parseOut({ out, err }: CommandRun): Record<string, unknown> {
  const lines = out.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, 1, `${out}\n${err}`);
  return JSON.parse(lines[0] ?? "");
}
