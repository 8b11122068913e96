/**
 * Files that are there as a whole or not at all, also when several processes change them.
 *
 * @module
 */

export { readIfThere } from "./read_if_there.ts";
export { removeIfThere } from "./remove_if_there.ts";
export { updateFile, type UpdateFileOptions } from "./update_file.ts";
export { type FileLockOptions, withFileLock } from "./with_file_lock.ts";
export { type AtomicFileOptions, writeFileAtomically } from "./write_file_atomically.ts";
