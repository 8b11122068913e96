import type { PromptMessage } from "../mcp/mod.ts";

/**
 * A message of the user.
 *
 * @param paragraphs What it says; empty ones are left out.
 * @returns The message.
 */
export function userText(...paragraphs: readonly string[]): PromptMessage {
  const text = paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
  return { role: "user", content: { type: "text", text } };
}

/**
 * Lines of a list.
 *
 * @param head What it is a list of.
 * @param items Its items.
 * @returns The list; empty without items.
 */
export function bulletList(head: string, items: readonly string[]): string {
  return items.length === 0 ? "" : [head, ...items.map((item) => `- ${item}`)].join("\n");
}
