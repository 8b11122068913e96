/**
 * Read a text file, if there is one.
 *
 * @param path The file.
 * @param options The longest file that is read, in bytes.
 * @returns Its text; `undefined` if there is no such file.
 * @throws {RangeError} If it is longer.
 */
export async function readIfThere(
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<string | undefined> {
  try {
    const { size } = await Deno.stat(path);
    if (size > maxBytes) {
      throw new RangeError(
        `Cannot read file as it has more than ${maxBytes} bytes: path "${path}"`,
      );
    }
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
