/**
 * Files that are there as a whole or not at all.
 *
 * @module
 */

export { removeIfThere } from "./remove_if_there.ts";
export { type AtomicFileOptions, writeFileAtomically } from "./write_file_atomically.ts";
