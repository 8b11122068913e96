import { abortable } from "../../../concurrency/mod.ts";
import type { McpClient } from "../../../mcp/mod.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { EXIT } from "../../exit_code.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { printContents } from "../print_contents.ts";

/** The options of `mcpp resources watch`. */
export interface WatchOptions extends ClientCommandOptions {
  readonly limit?: number;
}

/** One `mcpp resources watch`. */
export interface WatchInput extends ClientCommandInput<WatchOptions> {
  readonly uri: string;
}

/**
 * Print what a resource holds, and again after each change.
 *
 * @param input Which resource.
 * @returns The exit code.
 */
export async function watchResource(input: WatchInput): Promise<number> {
  const { limit = Infinity } = input.options;
  return await withClient(input, async (client, signal) => {
    const enough = new AbortController();
    const ended = AbortSignal.any([signal, enough.signal]);
    const changes = new Changes(ended);
    const print = async (): Promise<void> => {
      let printed = "";
      for (let times = 0; times < limit && await changes.next();) {
        const contents = await client.readResource(input.uri, { signal: ended });
        const now = JSON.stringify(contents);
        if (now === printed) continue;
        printed = now;
        times++;
        printContents(contents, input);
      }
    };
    await Promise.all([
      watch(client, input.uri, { changes, signal: ended }),
      print().finally(() => enough.abort()),
    ]);
    return signal.aborted ? EXIT.interrupted : EXIT.ok;
  });
}

async function watch(
  client: McpClient,
  uri: string,
  { changes, signal }: { readonly changes: Changes; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await client.watchResource(uri, { onChange: () => changes.tell(), signal });
  } catch (error) {
    // Whoever has seen enough need not hear how the watch ended.
    if (!signal.aborted) throw error;
  }
}

/** Changes that come while one is printed are one change. */
class Changes {
  readonly #signal: AbortSignal;
  #news = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  tell(): void {
    this.#news.resolve();
  }

  /** Wait for a change; `false` if there will be none. */
  async next(): Promise<boolean> {
    await abortable(this.#news.promise, this.#signal).catch(() => {});
    this.#news = Promise.withResolvers<void>();
    return !this.#signal.aborted;
  }
}
