import { readIfThere } from "./read_if_there.ts";
import { type FileLockOptions, withFileLock } from "./with_file_lock.ts";
import { writeFileAtomically } from "./write_file_atomically.ts";

/** How a file is changed. */
export interface UpdateFileOptions extends FileLockOptions {
  /** Permission bits. @default {0o600} */
  readonly mode?: number | undefined;
  /** The longest file that is read; a longer one is not ours. @default {8388608} 8 MiB */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/**
 * Change a text file that other processes change too: read it, and write it anew, while nobody else
 * does. Who reads it meanwhile sees all of the old text or all of the new one.
 *
 * @param path The file.
 * @param update Makes the new text of the old one, which is `undefined` if there is no file; gives
 *   `undefined` to leave the file as it is. If it throws, nothing changes.
 * @param options Permissions, and how long to wait for others.
 * @returns The text that is in the file now.
 */
export async function updateFile(
  path: string,
  update: (text: string | undefined) => string | undefined | Promise<string | undefined>,
  options: UpdateFileOptions = {},
): Promise<string | undefined> {
  const { mode = 0o600, maxBytes = DEFAULT_MAX_BYTES } = options;
  return await withFileLock(path, async () => {
    const before = await readIfThere(path, { maxBytes });
    const after = await update(before);
    if (after === undefined || after === before) return before;
    await writeFileAtomically(path, new TextEncoder().encode(after), { mode });
    return after;
  }, options);
}
