import { InvalidArgumentsError } from "./errors.ts";
import type { BoundPrompt, Prompt, PromptDefinition } from "./prompt.ts";

/**
 * Give a prompt its dependencies.
 *
 * @param prompt The prompt.
 * @param deps What it needs.
 * @returns The prompt, ready for a server.
 *
 * @example A prompt with one argument
 * ```ts
 * import { bindPrompt, type Prompt } from "./server/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const reviewPrompt: Prompt<unknown> = {
 *   name: "review",
 *   title: "Review",
 *   description: "Asks for a review of a text.",
 *   arguments: [{ name: "text", description: "The text.", required: true }],
 *   get: (_deps, { text }) => [
 *     { role: "user", content: { type: "text", text: `Review this: ${text}` } },
 *   ],
 * };
 * const bound = bindPrompt(reviewPrompt, undefined);
 * const signal = new AbortController().signal;
 * const [message] = await bound.get({ text: "Hello" }, { signal });
 * assert.equal(message?.content["text"], "Review this: Hello");
 * ```
 */
export function bindPrompt<Deps>(prompt: Prompt<Deps>, deps: Deps): BoundPrompt {
  const { name, title, description, arguments: declared } = prompt;
  const definition: PromptDefinition = Object.freeze({
    name,
    title,
    description,
    arguments: declared,
  });
  return {
    definition,
    scope: prompt.scope,
    async get(args, context) {
      return await prompt.get(deps, checkArguments(definition, args), context);
    },
    async complete(request, context) {
      return await prompt.complete?.(deps, request, context) ?? [];
    },
  };
}

/** Keeps what is declared; what a client adds of its own does not reach the prompt. */
function checkArguments(
  definition: PromptDefinition,
  args: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const missing = definition.arguments
    .filter(({ name, required }) => required === true && !Object.hasOwn(args, name))
    .map(({ name }) => `${name}: it is required`);
  if (missing.length > 0) throw new InvalidArgumentsError(definition.name, missing, "prompt");
  return Object.fromEntries(
    definition.arguments.flatMap(({ name }) => {
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
