import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import type { RpcTool } from "../../../../src/rpc/mod.ts";
import transcript from "../../../fixtures/wire/mcp_transcript.json" with { type: "json" };
import { RawPeer } from "../raw_peer.ts";
import { withNodes } from "./serve_nodes.ts";

const PEER_ID = "12D3KooWSTUBSERVICE";

interface Session {
  readonly label: string;
  readonly sent: readonly { message?: unknown; body?: string; raw?: string }[];
  readonly replies: readonly unknown[];
  readonly ours?: readonly unknown[];
  readonly closes?: boolean;
  readonly token?: string;
}

/** Answers as much of the queue's operations as the sessions ask for. */
function createQueueStub(token: string | undefined): RpcTool {
  const tasks: JsonObject[] = [];
  const reply = ({ op, token: given, worker_id: worker, ...rest }: JsonObject): JsonObject => {
    if (token !== undefined && given !== token) return { ok: false, error: "unauthorized" };
    if (op === "list") return { ok: true, tasks };
    if (op === "claim" && worker === undefined) return { ok: false, error: "missing_worker_id" };
    if (op !== "submit") return { ok: false, error: "unknown_op" };
    tasks.push({ "task_id": "t1", ...rest });
    return { ok: true, "task_id": "t1" };
  };
  return (args) => Promise.resolve({ ...reply(args), "peer_id": PEER_ID });
}

/** What must be the same as in the recording. */
function essenceOf(reply: JsonObject): unknown {
  const { id, result, error } = reply as {
    id: unknown;
    result?: Record<string, unknown>;
    error?: { code: number; message: string };
  };
  if (error !== undefined) return { id, code: error.code, message: error.message };
  const { protocolVersion, transport, ok, tools, content } = result ?? {};
  if (protocolVersion !== undefined) {
    const members = Object.keys(result ?? {}).sort();
    return { id, ok, protocolVersion, transport, members };
  }
  if (Array.isArray(tools)) return { id, tools: tools.map(({ name }) => name) };
  const { error: failure, ok: isOk, peer_id: peerId } = content as Record<string, unknown>;
  return { id, isOk, failure, peerId, members: Object.keys(content ?? {}).sort() };
}

for (const session of transcript.sessions as unknown as readonly Session[]) {
  // docs/protocol.md, 2.2, 2.3, 2.6
  Deno.test(`serveRpc answers as recorded: ${session.label}`, async () => {
    const tools = new Map([["task_queue.rpc", createQueueStub(session.token)]]);
    const openSession = (): Promise<void> => {
      throw new Error("No session is needed");
    };
    await withNodes(async ({ caller, logger }) => {
      const peer = await RawPeer.open(caller);
      for (const { message, body, raw } of session.sent) {
        if (message !== undefined) await peer.send(message);
        if (body !== undefined) await peer.sendBody(Uint8Array.fromHex(body));
        if (raw !== undefined) await peer.stream.write(Uint8Array.fromHex(raw));
      }
      if (session.closes !== true) await peer.stream.closeWrite();
      const replies = await peer.receiveAll();
      const expected = (session.ours ?? session.replies) as readonly JsonObject[];
      assert.deepEqual(replies.map(essenceOf), expected.map(essenceOf));
      await peer.stream.close();
      assert.deepEqual(logger.failures, []);
    }, { tools, openSession });
  });
}

Deno.test("there are as many recorded sessions as there were recorded", () => {
  assert.equal(transcript.sessions.length, 13);
});

// docs/protocol.md, 2.6
Deno.test("serveRpc tells a Python client the limits that it looks for", async () => {
  await withNodes(async ({ caller }) => {
    const peer = await RawPeer.open(caller);
    const clientInfo = { name: "ipfs-accelerate-taskqueue-client", version: "1.0.0" };
    const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo };
    await peer.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    const { result } = (await peer.receive()) as unknown as { result: Record<string, unknown> };
    assert.deepEqual(result["server"], { "peer_id": "server" });
    assert.deepEqual(result["limits"], {
      "max_frame_bytes": 1_048_576,
      "max_frames": 2_147_483_647,
      "rate_capacity": 50_000,
      "rate_refill_per_sec": 50_000,
    });
    await peer.stream.close();
  }, { openSession: () => Promise.reject(new Error("No session is needed")) });
});
