import { spawnDeno, type SpawnOptions } from "./run_deno.ts";
import type { McppProcess } from "./mcpp_process.ts";
import type { WatchedChild } from "./watched_child.ts";

const BYTES_PER_MIB = 2 ** 20;

/** Start `deno` so that its memory can be looked at from outside. */
export function spawnInspected(args: readonly string[], options: SpawnOptions): WatchedChild {
  // A quiet one would not say where.
  const [command = "", ...rest] = args.filter((arg) => arg !== "-q" && arg !== "--quiet");
  return spawnDeno([command, "--inspect=127.0.0.1:0", ...rest], options);
}

/** The memory of another process. */
export interface Heap extends Disposable {
  /** What it uses after a garbage collection, in MiB; the buffers outside the heap count, too. */
  usedMib(): Promise<number>;
}

/** Look at the memory of a node that was started by {@linkcode spawnInspected}. */
export async function openHeap(node: McppProcess): Promise<Heap> {
  const [url] = await node.stderr.waitFor(/ws:\S+/);
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let lastId = 0;
  const ask = (method: string): Promise<Record<string, number>> => {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method }));
    return new Promise((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const answer = JSON.parse(data);
        if (answer.id === id) resolve(answer.result);
      });
    });
  };
  return {
    async usedMib() {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize = NaN, backingStorageSize = NaN } = await ask("Runtime.getHeapUsage");
      return (usedSize + backingStorageSize) / BYTES_PER_MIB;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
