/**
 * A directory for the files of a benchmark.
 *
 * @param resources Deletes it in the end.
 * @returns Its path.
 */
export async function makeBenchDirectory(resources: AsyncDisposableStack): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "mcpp-bench-" });
  resources.defer(() => Deno.remove(directory, { recursive: true }));
  return directory;
}
