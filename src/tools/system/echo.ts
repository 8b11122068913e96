import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";

/** Arguments of {@linkcode echo}. */
export interface EchoInput {
  /** What to send back. */
  readonly text: string;
}

/** Result of {@linkcode echo}. */
export interface EchoOutput {
  /** The same text. */
  readonly text: string;
}

/** Sends back what it is given: the smallest check that calls get through. */
export const echo: Tool<unknown, EchoInput, EchoOutput> = {
  name: "echo",
  title: "Echo",
  family: "system",
  description: "Return the given text unchanged. Use it to check that calls get through.",
  input: z.object({ text: z.string().describe("What to send back.") }),
  output: z.object({ text: z.string() }),
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  callableByTasks: true,
  summarize: ({ text }) => text,
  run: (_deps, { text }) => ({ text }),
};
