import type { Finished } from "./run_deno.ts";

/** Packages that are not the project's own are run without its configuration and lock file. */
export const FOREIGN: readonly string[] = [
  "run",
  "-A",
  "--quiet",
  "--no-check",
  "--no-config",
  "--no-lock",
];

/**
 * Whether a package that is not among the project's own can be had here.
 *
 * @param run Runs it, in a way that does nothing.
 */
export async function isAvailable(run: () => Promise<Finished>): Promise<boolean> {
  try {
    return (await run()).code === 0;
  } catch {
    // Without a network the download may take for ever.
    return false;
  }
}
