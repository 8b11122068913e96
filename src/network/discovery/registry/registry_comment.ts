import { decodeEntry, encodeEntry, MAX_ENTRY_CHARS, type RegistryEntry } from "./registry_entry.ts";
import { toRunnerName } from "./runner_name.ts";

/** What a comment of a registry says. */
export interface RegistryComment {
  /** The name in the comment's first line, by which a runner finds its own comment again. */
  readonly runnerName: string;
  /** What follows, or `undefined` if that is not understood. */
  readonly entry: RegistryEntry | undefined;
}

/**
 * Write the comment that holds a runner's entry, byte for byte as the Python reference does.
 *
 * @param prefix The registry's name.
 * @param entry The entry. Its runner name is made safe.
 */
export function encodeRegistryComment(prefix: string, entry: RegistryEntry): string {
  const runnerName = toRunnerName(entry.runnerName);
  const json = encodeEntry({ ...entry, runnerName });
  return `<!-- ${prefix}:${runnerName} -->\n\`\`\`json\n${json}\n\`\`\`\n`;
}

/**
 * Read a comment that anybody may have written.
 *
 * @param prefix The registry's name.
 * @param body The comment.
 * @returns What it says, or `undefined` if it is no comment of this registry.
 */
export function decodeRegistryComment(prefix: string, body: string): RegistryComment | undefined {
  const start = `<!-- ${prefix}:`;
  if (!body.startsWith(start)) return undefined;
  // What a person edits in a browser comes back with other line ends.
  const text = body.slice(0, 2 * MAX_ENTRY_CHARS).replaceAll("\r\n", "\n");
  const end = text.indexOf(" -->\n");
  if (end < start.length) return undefined;
  const runnerName = text.slice(start.length, end);
  const opening = text.indexOf("```json\n");
  const closing = text.lastIndexOf("\n```");
  if (opening < 0 || closing < opening) return { runnerName, entry: undefined };
  return { runnerName, entry: decodeEntry(text.slice(opening + "```json\n".length, closing)) };
}
