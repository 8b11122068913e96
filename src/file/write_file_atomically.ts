import { removeIfThere } from "./remove_if_there.ts";
import { dirname } from "node:path";

/** How a file comes into being. */
export interface AtomicFileOptions {
  /** Permission bits. @default {0o644} */
  readonly mode?: number | undefined;
  /** Fail with `Deno.errors.AlreadyExists` rather than replace. @default {false} */
  readonly createNew?: boolean | undefined;
  /** Have it on the disk before it gets its name, so that it survives a power cut. @default {true} */
  readonly isDurable?: boolean | undefined;
}

/**
 * Write a file so that anybody who reads it sees either all of it or what was there before, also
 * after a crash. Missing directories are made, for this user only.
 *
 * @param path The file.
 * @param data What it is to hold.
 * @param options Its permissions, and whether it may replace another one.
 */
export async function writeFileAtomically(
  path: string,
  data: Uint8Array,
  options: AtomicFileOptions = {},
): Promise<void> {
  const { mode = 0o644, createNew = false, isDurable = true } = options;
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await write(temporary, data, { mode, isDurable });
    // A link, unlike a rename, fails when the name is taken: of two creators only one wins.
    if (createNew) await Deno.link(temporary, path);
    else await Deno.rename(temporary, path);
  } finally {
    await removeIfThere(temporary);
  }
}

interface WriteOptions {
  readonly mode: number;
  readonly isDurable: boolean;
}

async function write(
  path: string,
  data: Uint8Array,
  { mode, isDurable }: WriteOptions,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode });
  for (let written = 0; written < data.length;) {
    written += await file.write(data.subarray(written));
  }
  if (isDurable) await file.sync();
}
