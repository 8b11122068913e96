import type { BoundPrompt, PromptDefinition } from "./prompt.ts";

/** The prompts of a server. It never changes, so that all requests share it. */
export interface PromptTable {
  /** What `prompts/list` answers, sorted by name. */
  readonly definitions: readonly PromptDefinition[];
  /** The prompt with this name, if any. */
  get(name: string): BoundPrompt | undefined;
}

/**
 * Put prompts into a table, once for the life of a server.
 *
 * @param prompts The prompts, in any order.
 * @returns The table.
 * @throws {TypeError} If a name is used twice.
 */
export function createPromptTable(prompts: readonly BoundPrompt[]): PromptTable {
  const byName = new Map<string, BoundPrompt>();
  for (const prompt of prompts) {
    const { name } = prompt.definition;
    if (byName.has(name)) {
      throw new TypeError(`Cannot create prompt table as a name is used twice: prompt "${name}"`);
    }
    byName.set(name, prompt);
  }
  const definitions = [...byName.values()]
    .map(({ definition }) => definition)
    .sort((a, b) => a.name < b.name ? -1 : 1);
  return Object.freeze({
    definitions: Object.freeze(definitions),
    get: (name: string) => byName.get(name),
  });
}
