import { join } from "node:path";
import { removeIfThere, writeFileAtomically } from "../../../file/mod.ts";
import type { DiscoveryContext, DiscoveryMethod } from "../discovery_method.ts";
import { EntryReporter, MAX_ENTRIES, type SeenEntry } from "./entry_reporter.ts";
import { SharedDirectoryError } from "./errors.ts";
import { createOwnEntry } from "./own_entry.ts";
import { decodeEntry, encodeEntry, MAX_ENTRY_CHARS, type RegistryEntry } from "./registry_entry.ts";
import { createRunnerName, toRunnerName } from "./runner_name.ts";

const INTERVAL_MS = 30_000;
const BUDGET_MS = 10_000;
/** An entry is written anew after this time, though nothing has changed: a sign of life. */
const HEARTBEAT_MS = 5 * 60_000;
/** A directory that anybody may fill is read only so far. */
const MAX_NAMES = 4 * MAX_ENTRIES;
const ENTRY_NAME = /^peer_.+\.json$/;

/** Options of {@linkcode createSharedDirectory}. */
export interface SharedDirectoryOptions {
  /** The directory. It is made when there is something to write. */
  readonly directory: string;
  /** The name of this node's file; two nodes must not have the same. @default {a name from the peer id} */
  readonly runnerName?: string | undefined;
  /** The address of this host as others see it. @default {undefined} */
  readonly publicIp?: string | undefined;
}

/**
 * Nodes that can see one directory, on a host or on a file system that several share, find each
 * other by the files that they leave there. Python's bootstrap helper reads and writes the same.
 *
 * A file that is not this node's own is never touched, however old it is.
 *
 * @param options The directory.
 * @returns The method.
 * @throws {RangeError} If the runner's name is empty.
 */
export function createSharedDirectory(options: SharedDirectoryOptions): DiscoveryMethod {
  return new SharedDirectory(options);
}

class SharedDirectory implements DiscoveryMethod {
  readonly name = "shared-directory";
  readonly reach = "host";
  readonly intervalMs = INTERVAL_MS;
  readonly budgetMs = BUDGET_MS;
  readonly #options: SharedDirectoryOptions;
  readonly #runnerName: string | undefined;
  readonly #reporter = new EntryReporter();
  #written: RegistryEntry | undefined;

  constructor(options: SharedDirectoryOptions) {
    const { runnerName } = options;
    this.#options = options;
    this.#runnerName = runnerName === undefined ? undefined : toRunnerName(runnerName);
  }

  start(context: DiscoveryContext): Promise<AsyncDisposable> {
    return Promise.resolve({ [Symbol.asyncDispose]: () => this.#withdraw(context) });
  }

  async look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    const { directory } = this.#options;
    try {
      const entries = await readEntries(directory, signal);
      this.#reporter.report(context, { entries, nowMs: context.clock.now() });
      const own = this.#createEntry(context);
      if (own !== undefined && this.#isDue(own, entries)) await this.#write(own, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new SharedDirectoryError(directory, error);
    }
  }

  #createEntry({ self, clock }: DiscoveryContext): RegistryEntry | undefined {
    return createOwnEntry(self, {
      runnerName: this.#runnerName ?? createRunnerName(self.peerId),
      publicIp: this.#options.publicIp,
      reach: "lan",
      nowMs: clock.now(),
    });
  }

  #isDue(own: RegistryEntry, entries: readonly SeenEntry[]): boolean {
    const written = this.#written;
    if (written === undefined || own.lastSeenMs - written.lastSeenMs >= HEARTBEAT_MS) return true;
    if (encodeEntry({ ...own, lastSeenMs: written.lastSeenMs }) !== encodeEntry(written)) {
      return true;
    }
    // Python's helper deletes what it takes for old.
    return !entries.some(({ entry }) => entry.peerId === own.peerId);
  }

  async #write(own: RegistryEntry, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const data = new TextEncoder().encode(`${encodeEntry(own)}\n`);
    // Not durable: after a power cut the node is not there either.
    await writeFileAtomically(this.#path(own.runnerName), data, { isDurable: false });
    this.#written = own;
  }

  async #withdraw({ self, logger }: DiscoveryContext): Promise<void> {
    const written = this.#written;
    if (written === undefined) return;
    this.#written = undefined;
    const path = this.#path(written.runnerName);
    try {
      const current = await readEntry(path);
      if (current?.entry.peerId === self.peerId) await removeIfThere(path);
    } catch (error) {
      // It grows old there by itself; a stop does not fail for that.
      logger?.debug("Shared directory not left", { path, error });
    }
  }

  #path(runnerName: string): string {
    return join(this.#options.directory, `peer_${runnerName}.json`);
  }
}

/** The newest entries of a directory; none if there is no such directory. */
async function readEntries(
  directory: string,
  signal: AbortSignal,
): Promise<readonly SeenEntry[]> {
  const entries: SeenEntry[] = [];
  for (const name of await listNames(directory)) {
    signal.throwIfAborted();
    const seen = await readEntry(join(directory, name));
    if (seen !== undefined) entries.push(seen);
  }
  return entries;
}

async function listNames(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(directory)) {
      if (isFile && ENTRY_NAME.test(name)) names.push(name);
      if (names.length === MAX_NAMES) break;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

/** A file that is gone, unreadable or no entry is nobody's. */
async function readEntry(path: string): Promise<SeenEntry | undefined> {
  try {
    const { size, mtime, isFile } = await Deno.lstat(path);
    if (!isFile || size > MAX_ENTRY_CHARS) return undefined;
    const entry = decodeEntry(await Deno.readTextFile(path));
    if (entry === undefined) return undefined;
    // Whose clock runs ahead does not stay for ever.
    return { entry, seenMs: Math.min(entry.lastSeenMs, mtime?.getTime() ?? Infinity) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}
