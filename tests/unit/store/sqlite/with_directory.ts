/** Runs a test body with the path of a database file in a directory of its own. */
export async function withDirectory(body: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "mcpp-store-" });
  try {
    await body(`${directory}/queue.db`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
