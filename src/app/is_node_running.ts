import { join } from "node:path";

/**
 * Whether a node runs that has a data directory.
 *
 * @param dataDir The directory.
 * @returns Whether a process holds its lock; `false` if there is no such directory.
 */
export async function isNodeRunning(dataDir: string): Promise<boolean> {
  try {
    using file = await Deno.open(join(dataDir, "lock"), { read: true });
    // Shared, so that two that look at once do not see each other.
    if (!await file.tryLock(false)) return true;
    await file.unlock();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
