import type { JsonObject } from "../codec/mod.ts";
import {
  ANONYMOUS,
  hasScope,
  type PromptContext,
  type PromptMessage,
  type ResourceContent,
  type ResourceProvider,
} from "../mcp/server/mod.ts";

/** A longer resource is only named: the client may read it. */
const MAX_CHARACTERS = 64_000;

/**
 * Resources as messages of a prompt. Those that are not there, or that the caller may not read, are
 * left out.
 *
 * @param uris The resources.
 * @param options Who has them, and for whom.
 * @returns A message for each.
 */
export async function embedResources(
  uris: readonly string[],
  options: EmbedOptions,
): Promise<readonly PromptMessage[]> {
  const { context: { principal = ANONYMOUS, signal } } = options;
  const providers = options.resources.filter(({ scope }) => hasScope(principal, scope));
  const messages: PromptMessage[] = [];
  for (const uri of uris) {
    for (const provider of providers) {
      const contents = await provider.read(uri, { signal, principal }) ?? [];
      messages.push(...contents.map(toMessage));
    }
  }
  return messages;
}

/** Where resources come from. */
export interface EmbedOptions {
  /** Who has them. */
  readonly resources: readonly ResourceProvider[];
  /** For whom. */
  readonly context: PromptContext;
}

function toMessage(content: ResourceContent): PromptMessage {
  const { uri, mimeType = "text/plain" } = content;
  const size = "text" in content ? content.text.length : content.blob.length;
  const block: JsonObject = size > MAX_CHARACTERS
    ? { type: "resource_link", uri, name: uri, mimeType }
    : { type: "resource", resource: { ...content, mimeType } };
  return { role: "user", content: block };
}
