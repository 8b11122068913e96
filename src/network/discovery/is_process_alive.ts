import process from "node:process";

/**
 * Whether there is a process with an id.
 *
 * @param pid The id.
 * @returns `undefined` if this process may not know: Deno asks for `--allow-run`.
 */
export function isProcessAlive(pid: number): boolean | undefined {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ESRCH") return false;
    // It is there, and somebody else's.
    return code === "EPERM" ? true : undefined;
  }
}
