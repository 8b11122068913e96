/** A node in a process of its own. Disposing it stops the process and waits for its end. */
export interface NodeProcess extends AsyncDisposable {
  readonly url: string;
  readonly peerId: string;
  readonly multiaddrs: readonly string[];
}

/** How a node is started. */
export interface StartNodeOptions {
  readonly dataDir: string;
  readonly tokenFile: string;
  /** Whether it executes tasks. */
  readonly worker: boolean;
}

/**
 * Start `mcpp serve` on free ports and wait for the line that says that it is ready.
 *
 * @param options Where its data is, and whether it works.
 * @returns The running node.
 */
export async function startNode(options: StartNodeOptions): Promise<NodeProcess> {
  const { dataDir, tokenFile, worker } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      new URL("../../main.ts", import.meta.url).pathname,
      "serve",
      "--port=0",
      "--p2p-port=0",
      `--data-dir=${dataDir}`,
      `--announce-file=${dataDir}/announce.json`,
      `--token-file=${tokenFile}`,
      "--log-level=warn",
      ...(worker ? [] : ["--no-worker"]),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`mcpp serve ended with code ${(await child.status).code}`);
    line += value;
  }
  return {
    ...JSON.parse(line),
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGTERM");
      const { code } = await child.status;
      await reader.cancel();
      if (code !== 0) throw new Error(`mcpp serve ended with code ${code}`);
    },
  };
}
