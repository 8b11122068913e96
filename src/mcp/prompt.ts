import type { CallContext } from "./call_context.ts";
import type { JsonObject } from "../codec/mod.ts";
import type { CompletionRequest } from "./resource.ts";

/** A prompt as a plain module: what it asks for, and the messages it makes of that. */
export interface Prompt<Deps> {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For people and models. */
  readonly description: string;
  /** What it asks for, in this order. */
  readonly arguments: readonly PromptArgument[];
  /** Scope that a principal needs, such as `tasks:read`. @default {undefined} none */
  readonly scope?: string | undefined;
  /** Make the messages. Required arguments are there; there are no others than the declared. */
  get(
    deps: Deps,
    args: Readonly<Record<string, string>>,
    context: PromptContext,
  ): Promise<readonly PromptMessage[]> | readonly PromptMessage[];
  /** Values that an argument may have, best first; the engine cuts them to 100. */
  complete?(
    deps: Deps,
    request: CompletionRequest,
    context: PromptContext,
  ): Promise<readonly string[]> | readonly string[];
}

/** What a prompt asks for. */
export interface PromptArgument {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** Whether the prompt makes no sense without. @default {false} */
  readonly required?: boolean | undefined;
}

/** One message of a prompt. */
export interface PromptMessage {
  /** Who says it. */
  readonly role: "user" | "assistant";
  /** Text, image, audio or embedded resource, as the MCP specification has it. */
  readonly content: JsonObject;
}

/** What a prompt can use while it is made. */
export type PromptContext = CallContext;

/** A prompt with its dependencies inside: all a server needs to know. */
export interface BoundPrompt {
  /** What the list of prompts shows. */
  readonly definition: PromptDefinition;
  /** Scope that a principal needs. @default {undefined} none */
  readonly scope?: string | undefined;
  /** Make the messages. @throws {InvalidArgumentsError} */
  get(
    args: Readonly<Record<string, string>>,
    context: PromptContext,
  ): Promise<readonly PromptMessage[]>;
  /** Values that an argument may have. */
  complete(request: CompletionRequest, context: PromptContext): Promise<readonly string[]>;
}

/** A prompt as the list of prompts shows it. */
export interface PromptDefinition {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For people and models. */
  readonly description: string;
  /** What it asks for. */
  readonly arguments: readonly PromptArgument[];
}
