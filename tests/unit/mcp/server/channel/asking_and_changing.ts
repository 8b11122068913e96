import { z } from "zod";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import type { ResourceProvider } from "../../../../../src/mcp/resource.ts";
import type { Tool } from "../../../../../src/mcp/tool.ts";

/** Asks its caller for a name, and tells on whose behalf it was called. */
export const askTool: Tool<unknown, Record<string, never>, { name: string; peer: string }> = {
  name: "ask",
  title: "Ask",
  description: "Asks for a name.",
  input: z.object({}),
  output: z.object({ name: z.string(), peer: z.string() }),
  run(_deps, _input, { input, principal }) {
    const answer = input?.answers["name"];
    if (answer === undefined) {
      const requestedSchema = { type: "object", properties: { name: { type: "string" } } };
      const params = { mode: "form", message: "Who?", requestedSchema };
      input?.require({ questions: { name: { method: "elicitation/create", params } } });
    }
    const content = answer?.["content"] as JsonObject | undefined;
    const name = String(content?.["name"] ?? answer?.["action"]);
    return { name, peer: principal?.id ?? "" };
  },
};

/** One resource that changes when the test says so. */
export class Changing implements ResourceProvider {
  static readonly uri = "test://changing";
  readonly templates = [];
  readonly scope = "custom:read";
  readonly #listeners = new Set<() => void>();
  list(): Promise<{ resources: readonly [] }> {
    return Promise.resolve({ resources: [] });
  }
  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  watch(
    uri: string,
    { onChange, signal }: { readonly onChange: () => void; readonly signal: AbortSignal },
  ): Promise<void> | undefined {
    if (uri !== Changing.uri) return undefined;
    this.#listeners.add(onChange);
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        this.#listeners.delete(onChange);
        resolve();
      }, { once: true });
    });
  }
  get watchers(): number {
    return this.#listeners.size;
  }
  change(): void {
    for (const tell of this.#listeners) tell();
  }
}
