import { EXIT } from "../../exit_code.ts";
import { showProgress } from "../../show_progress.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { printContents } from "../print_contents.ts";

/** One `mcpp resources read`. */
export interface ReadInput extends ClientCommandInput {
  readonly uri: string;
}

/**
 * Print what a resource holds.
 *
 * @param input Which resource.
 * @returns The exit code.
 */
export async function readResource(input: ReadInput): Promise<number> {
  const { uri, terminal } = input;
  return await withClient(input, async (client, signal) => {
    const contents = await showProgress(
      () => client.readResource(uri, { signal }),
      { terminal, waitingFor: uri },
    );
    printContents(contents, input);
    return EXIT.ok;
  });
}
