import { AppError } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { StoreOpenError } from "../errors.ts";

/** How a file is opened that a node can do without. */
export interface OpenOrReplaceOptions<Store> {
  /** The file. */
  readonly path: string;
  /** Told of a file that cannot be used. */
  readonly logger: Logger;
  /** Opens the file, or creates it. */
  readonly open: () => Store;
  /** What is used if the file cannot be had at all. */
  readonly openInMemory: () => Store;
  /** What the logs say. */
  readonly messages: OpenOrReplaceMessages;
}

/** What the logs say. */
export interface OpenOrReplaceMessages {
  /** The file was damaged, and has been moved away. */
  readonly setAside: string;
  /** The file cannot be used now. */
  readonly inMemory: string;
}

/**
 * Open a store whatever state its file is in: what it holds is no reason for a node not to start.
 *
 * A file that is damaged or of a later release is renamed to `<path>.set-aside`, over an earlier one,
 * and a new one begun. If the file cannot be had at all (locked, not permitted, no room, another
 * program's) the store is in memory. Both are warned of.
 *
 * @param options The file, and who is warned.
 * @returns The store.
 * @throws {unknown} What `open` throws that is no `AppError`: a mistake of the caller.
 */
export function openOrReplace<Store>(options: OpenOrReplaceOptions<Store>): Store {
  const { logger, path, openInMemory, messages } = options;
  try {
    return openOrSetAside(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.warn(messages.inMemory, { error, path });
    return openInMemory();
  }
}

function openOrSetAside<Store>(options: OpenOrReplaceOptions<Store>): Store {
  const { logger, path, open, messages } = options;
  try {
    return open();
  } catch (error) {
    if (!(error instanceof StoreOpenError) || !isReplaceable(error)) throw error;
    const asidePath = `${path}.set-aside`;
    setAside(path, asidePath);
    logger.warn(messages.setAside, { error, path, asidePath });
    return open();
  }
}

function isReplaceable({ code }: StoreOpenError): boolean {
  return code === "store_corrupt" || code === "store_newer_schema";
}

function setAside(path: string, asidePath: string): void {
  try {
    // A journal may stay behind. SQLite deletes it when it finds the file empty.
    Deno.renameSync(path, asidePath);
  } catch (cause) {
    const hint = "Move the file away, or check that this user may write its directory";
    throw new StoreOpenError("a damaged file is in its place and cannot be moved", {
      code: "store_unreadable",
      path,
      cause,
      hint,
    });
  }
}
