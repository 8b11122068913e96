import type { Clock } from "../../../src/concurrency/mod.ts";
import { type Message, PythonQueue, type PythonVersion } from "./python_queue.ts";

/** What a Python service is told by its environment. */
export interface PythonServiceOptions {
  readonly version: PythonVersion;
  /** Its own id. */
  readonly peerId: string;
  readonly clock: Clock;
  /** The shared token. @default {undefined} everything is allowed */
  readonly token?: string | undefined;
  /** Whether the cache is on. @default {false} */
  readonly hasCache?: boolean | undefined;
}

/** How often `wait` looks. */
const POLL_MS = 100;

type Operation = (
  service: PythonService,
  request: Message,
  signal: AbortSignal,
) => Promise<Message> | Message;

/** Answers requests as a Python service does, whatever the framing. */
export class PythonService {
  readonly queue: PythonQueue;
  /** Every request object it was asked, oldest first. */
  readonly requests: Message[] = [];
  readonly options: PythonServiceOptions;
  readonly cache = new Map<string, { value: unknown; untilMs: number }>();

  constructor(options: PythonServiceOptions) {
    this.options = options;
    this.queue = new PythonQueue(options.version, options.clock);
  }

  /** The reply to a request object. Checks come in the order of the original. */
  async answer(request: Message, signal: AbortSignal): Promise<Message> {
    this.requests.push(request);
    const { peerId, token } = this.options;
    const reply = (message: Message) => ({ ...message, "peer_id": peerId });
    if (token !== undefined && request["token"] !== token) {
      return reply({ ok: false, error: "unauthorized" });
    }
    const { op } = request;
    if (op !== undefined && op !== null && typeof op !== "string") {
      const detail = "'int' object has no attribute 'strip'";
      return reply({ ok: false, error: "internal_error", detail });
    }
    const name = (op ?? "").trim().toLowerCase();
    const operation = SEED[name] ?? (this.options.version === "head" ? HEAD[name] : undefined);
    if (operation === undefined) return reply({ ok: false, error: "unknown_op" });
    return reply(await operation(this, request, signal));
  }
}

function refuse(error: string): Message {
  return { ok: false, error };
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value).trim();
}

function namesOf(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : textOf(value).split(",");
  return items.map(textOf).filter((name) => name !== "");
}

function objectOf(value: unknown, name: string): Message | null {
  if (value === undefined || value === null) return null;
  const isObject = typeof value === "object" && !Array.isArray(value);
  return isObject ? value as Message : { [name]: value };
}

function submit({ queue }: PythonService, request: Message): Message {
  const type = textOf(request["task_type"]) || "text-generation";
  const payload = objectOf(request["payload"], "payload") ?? {};
  return { ok: true, "task_id": queue.submit(type, textOf(request["model_name"]), payload) };
}

function claimMany({ queue }: PythonService, request: Message, limit: number): Message {
  const worker = textOf(request["worker_id"]);
  if (worker === "") return refuse("missing_worker_id");
  const types = namesOf(request["supported_task_types"] ?? request["task_types"]);
  const session = textOf(request["session_id"] ?? request["session"] ?? request["p2p_session"]);
  return { ok: true, tasks: queue.claim({ worker, types, session }, limit) };
}

function claim(service: PythonService, request: Message): Message {
  const { tasks, ...reply } = claimMany(service, request, 1);
  return Array.isArray(tasks) ? { ...reply, task: tasks[0] ?? null } : reply;
}

/** The early version says `ok` whether or not there is such a task. */
function complete({ queue, options }: PythonService, request: Message): Message {
  const id = textOf(request["task_id"]);
  if (id === "") return refuse("missing_task_id");
  const wanted = textOf(request["status"]) || "completed";
  const status = ["completed", "failed", "cancelled"].includes(wanted) ? wanted : "failed";
  const result = objectOf(request["result"], "result");
  const isKnown = queue.complete(id, { status, result, error: textOf(request["error"]) || null });
  return { ok: isKnown || options.version === "seed", "task_id": id };
}

function get({ queue }: PythonService, request: Message): Message {
  const id = textOf(request["task_id"]);
  return id === "" ? refuse("missing_task_id") : { ok: true, task: queue.get(id) };
}

/** A time of 0 counts as none given. */
async function wait(
  service: PythonService,
  request: Message,
  signal: AbortSignal,
): Promise<Message> {
  const id = textOf(request["task_id"]);
  const { clock } = service.options;
  const timeoutS = Number(request["timeout_s"] || 60);
  if (Number.isNaN(timeoutS)) {
    const detail = `could not convert string to float: '${request["timeout_s"]}'`;
    return { ...refuse("internal_error"), detail };
  }
  const endMs = clock.monotonicMs() + timeoutS * 1_000;
  for (;;) {
    const task = service.queue.get(id);
    const isPending = task?.["status"] === "queued" || task?.["status"] === "running";
    if (!isPending || clock.monotonicMs() >= endMs) return { ok: true, task };
    await clock.sleep(POLL_MS, { signal });
  }
}

function list({ queue }: PythonService, request: Message): Message {
  const limit = Math.min(1_000, Math.max(1, Math.trunc(Number(request["limit"]) || 50)));
  const status = textOf(request["status"]).toLowerCase();
  return { ok: true, tasks: queue.list(status, namesOf(request["task_types"]), limit) };
}

function heartbeat({ options }: PythonService, request: Message): Message {
  const peer = textOf(request["peer"] ?? request["peer_id"]) || "12D3KooWREMOTE";
  const clock = {
    "node_id": "taskqueue-service",
    vector: { "taskqueue-service": 0 },
    "merkle_root": "d83964234cb3f7451644cb8dfbd8a97cb70571490208c3ffcb5b346c43c380fa",
  };
  const known = [{ "peer_id": peer, "last_seen": options.clock.now() / 1_000 }];
  return { ok: true, peer, scheduler: { clock, "known_peers": known } };
}

function status(service: PythonService, request: Message): Message {
  const capabilities = {
    "task_types": ["text-generation"],
    models: [],
    "endpoints_by_model": {},
    "endpoint_types_by_model": {},
    hwtest: {},
    "resource_keys": [],
  };
  const nat = { autonat: { supported: false, status: "unavailable", code: null } };
  const base = { ok: true, capabilities, nat, session: "" };
  if (!request["detail"]) return base;
  const { scheduler } = heartbeat(service, {});
  const queue = service.options.version === "head" ? { queue: service.queue.counts() } : {};
  return { ...base, ...queue, scheduler, "local_worker": { enabled: false } };
}

function cacheOp(service: PythonService, request: Message, run: (key: string) => Message) {
  if (service.options.hasCache !== true) return refuse("cache_disabled");
  const key = textOf(request["key"]);
  return key === "" ? refuse("missing_key") : { ok: true, key, ...run(key) };
}

/** A stored `null` counts as nothing stored. */
function look({ cache, options }: PythonService, key: string): { hit: boolean; value: unknown } {
  const entry = cache.get(key);
  const isThere = entry !== undefined && entry.untilMs > options.clock.now();
  return { hit: isThere && entry.value !== null, value: isThere ? entry.value : null };
}

function cacheSet(service: PythonService, request: Message): Message {
  const ttlS = Number(request["ttl_s"]);
  const untilMs = ttlS > 0 ? service.options.clock.now() + ttlS * 1_000 : Infinity;
  return cacheOp(service, request, (key) => {
    service.cache.set(key, { value: request["value"] ?? null, untilMs });
    return {};
  });
}

const cacheGet: Operation = (service, request) =>
  cacheOp(service, request, (key) => look(service, key));
const cacheHas: Operation = (service, request) =>
  cacheOp(service, request, (key) => ({ hit: look(service, key).hit }));
/** It always says that there was something. */
const cacheDelete: Operation = (service, request) =>
  cacheOp(service, request, (key) => {
    service.cache.delete(key);
    return { deleted: true };
  });
const callTool: Operation = () => refuse("tools_disabled");

const SEED: Readonly<Record<string, Operation>> = {
  submit,
  claim,
  "claim_next": claim,
  complete,
  "task.complete": complete,
  "complete_task": complete,
  "peer.heartbeat": heartbeat,
  heartbeat,
  peer: heartbeat,
  list,
  "tasks.list": list,
  "queue.list": list,
  get,
  wait,
  status,
  capabilities: status,
  describe: status,
  tool: callTool,
  "call_tool": callTool,
  "tool.call": callTool,
  "cache.get": cacheGet,
  "cache_get": cacheGet,
  cache: cacheGet,
  "cache.has": cacheHas,
  "cache_has": cacheHas,
  "cache.set": cacheSet,
  "cache_set": cacheSet,
  "cache.delete": cacheDelete,
  "cache_delete": cacheDelete,
  "cache_del": cacheDelete,
};

const claimBatch: Operation = (service, request) =>
  claimMany(service, request, Math.min(128, Number(request["max_tasks"] ?? request["limit"]) || 1));

function release({ queue }: PythonService, request: Message): Message {
  const id = textOf(request["task_id"]);
  const worker = textOf(request["worker_id"] ?? request["assigned_worker"]);
  return { ok: queue.release(id, worker), "task_id": id };
}

const cancel: Operation = ({ queue }, request) => ({
  ok: true,
  cancelled: queue.cancel(textOf(request["task_id"])),
});

const HEAD: Readonly<Record<string, Operation>> = {
  "claim_many": claimBatch,
  "claim_batch": claimBatch,
  release,
  "task.release": release,
  "release_task": release,
  cancel,
  "task.cancel": cancel,
};
