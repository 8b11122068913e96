import assert from "node:assert/strict";
import { Limiter } from "../../src/concurrency/mod.ts";
import { AppError } from "../../src/error/mod.ts";
import type { Network } from "../../src/network/mod.ts";
import { createIdentity, openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { createQueueClient } from "../../src/taskqueue/mod.ts";
import { addressOf, type McppProcess, startMcpp } from "./mcpp_process.ts";

const TOKEN = "malformed-token";
const REQUESTS = 10_000;
const AT_ONCE = 16;

const encoder = new TextEncoder();

/** Bytes that look random and are the same in each run. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed * 2_654_435_761 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const REQUEST = JSON.stringify({ op: "submit", "task_type": "x", payload: {}, token: TOKEN });

/** Texts that are no request, each in its own way. */
const BAD_TEXTS: readonly ((n: number) => string | Uint8Array)[] = [
  (n) => noise(n, 1 + n % 200),
  (n) => REQUEST.slice(0, n % REQUEST.length),
  () => "[]",
  () => "null",
  () => '"text"',
  () => "{",
  () => '{"op":',
  (n) => JSON.stringify({ op: n, token: TOKEN }),
  () => JSON.stringify({ op: "no such operation", token: TOKEN }),
  () => JSON.stringify({ op: "claim", token: TOKEN }),
  () => JSON.stringify({ op: "get", "task_id": { a: [] }, token: TOKEN }),
  () => JSON.stringify({ op: "wait", "task_id": "x", "timeout_s": "x", token: TOKEN }),
  () => JSON.stringify({ op: "submit", token: ["x"] }),
  (n) => `${"[".repeat(1 + n % 5_000)}`,
  (n) => `{"op":"list","limit":${"9".repeat(1 + n % 400)},"token":"${TOKEN}"}`,
  () => '{"__proto__":{"op":"list"}}',
  () => `{"op":"submit_many","tasks":[1,null,{}],"token":"${TOKEN}"}`,
  () => `{"op":"cache.set","key":{},"value":NaN,"token":"${TOKEN}"}`,
  () => "\u0000\ud800",
];

function badText(n: number): Uint8Array {
  const text = BAD_TEXTS[n % BAD_TEXTS.length]?.(n) ?? "";
  return typeof text === "string" ? encoder.encode(text) : text;
}

function frame(body: Uint8Array, length = body.length): Uint8Array {
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(body, 4);
  return bytes;
}

/** What goes over one stream of each protocol. */
const PROTOCOLS: Readonly<Record<string, (n: number) => Uint8Array>> = {
  "/ipfs-datasets/task-queue/1.0.0": (n) => {
    const text = badText(n);
    return n % 3 === 0 ? text : Uint8Array.of(...text, 10);
  },
  "/mcp+p2p/1.0.0": (n) => {
    const text = badText(n);
    switch (n % 6) {
      case 0:
        return text;
      case 1:
        return frame(text, 0xffffffff);
      case 2:
        return frame(text, text.length + 1);
      case 3:
        return frame(new Uint8Array());
      case 4:
        return frame(encoder.encode(
          `{"jsonrpc":"2.0","id":${n},"method":"tools/call","params":{"name":"task_queue.rpc",` +
            `"arguments":${n % 2 === 0 ? "[]" : "{}"}}}`,
        ));
      default:
        return frame(text);
    }
  },
};

/** Send bytes on a stream of their own, and read to the end of what comes back. */
async function send(
  network: Network,
  target: { readonly multiaddr: string },
  { protocol, bytes }: { readonly protocol: string; readonly bytes: Uint8Array },
): Promise<void> {
  try {
    const stream = await network.openStream(target, protocol);
    try {
      await stream.write(bytes);
      await stream.closeWrite();
      while (await stream.read() !== null);
    } finally {
      stream.abort(new Error("done"));
    }
  } catch (error) {
    // A stream that is reset is an answer, too; any fault of the test itself is none.
    if (!(error instanceof AppError)) throw error;
  }
}

async function residentMib(node: McppProcess): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${node.pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

for (const [protocol, bytesOf] of Object.entries(PROTOCOLS)) {
  Deno.test({
    name: `${REQUESTS} malformed requests on ${protocol} do a node no harm`,
    // libp2p leaves timers behind when it stops.
    sanitizeOps: false,
    sanitizeResources: false,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const identity = await createIdentity();
      // A peer that is not trusted would be banned for this before it has begun.
      const args = ["--no-worker", "--allow-peer", identity.peerId];
      await using node = await startMcpp({ env: { MCPP_TOKEN: TOKEN }, args });
      await using network = await openLibp2pNetwork({ identity });
      await using client = createQueueClient({ network, token: TOKEN });
      const target = { multiaddr: addressOf(node) };
      const queue = client.queueOf(target);
      const { taskId } = await queue.submit({ type: "before", payload: {} });
      const lanes = new Limiter(AT_ONCE);
      const sendMany = async (from: number, to: number): Promise<void> => {
        const numbers = Array.from({ length: to - from }, (_, n) => from + n);
        await Promise.all(
          numbers.map((n) =>
            lanes.run(() => send(network, target, { protocol, bytes: bytesOf(n) }))
          ),
        );
      };
      await sendMany(0, REQUESTS / 2);
      const halfWayMib = await residentMib(node);
      await sendMany(REQUESTS / 2, REQUESTS);
      const growthMib = await residentMib(node) - halfWayMib;
      assert.ok(growthMib < 64, `memory grew by ${growthMib} MiB in the second half`);
      assert.equal((await queue.get(taskId))?.status, "queued");
      const { total } = await queue.counts();
      assert.equal(total.running, 0);
      assert.equal(await node.stop(), 0);
      assert.doesNotMatch(node.stderr.text, /internal_error|Queue operation failed|panic/);
    },
  });
}
