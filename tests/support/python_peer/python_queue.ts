import type { Clock } from "../../../src/concurrency/mod.ts";
import { toPythonJson } from "./python_json.ts";

/** Which Python program is meant: the one of 2026-02 or the one of 2026-08. */
export type PythonVersion = "seed" | "head";

/** An object of a message. */
export type Message = Record<string, unknown>;

/** A row of the Python system's table of tasks; `leaseUntil` and what follows it exist in head only. */
interface Row {
  readonly id: string;
  readonly type: string;
  readonly model: string;
  readonly payload: Message;
  readonly createdAt: number;
  status: string;
  worker: string | null;
  updatedAt: number;
  result: Message | null;
  error: string | null;
  attempt: number;
  leaseUntil: number | null;
}

/** Who claims. */
export interface PythonClaim {
  readonly worker: string;
  readonly types: readonly string[];
  readonly session: string;
}

const LEASE_S = 300;
const MAX_ATTEMPTS = 3;

/** The queue of a Python peer, as it behaves on the wire. */
export class PythonQueue {
  readonly #version: PythonVersion;
  readonly #clock: Clock;
  readonly #rows = new Map<string, Row>();

  constructor(version: PythonVersion, clock: Clock) {
    this.#version = version;
    this.#clock = clock;
  }

  /** A client's own id is ignored; the key in the payload counts in head only. */
  submit(type: string, model: string, payload: Message): string {
    const key = payload["idempotency_key"];
    if (this.#version === "head" && typeof key === "string") {
      const known = [...this.#rows.values()].find((row) => row.payload["idempotency_key"] === key);
      if (known !== undefined) return known.id;
    }
    const now = this.#now();
    const id = crypto.randomUUID().replaceAll("-", "");
    this.#rows.set(id, {
      id,
      type,
      model,
      // Stored as JSON with sorted keys.
      payload: JSON.parse(toPythonJson(payload, { isSorted: true }).replace(/\bNaN\b/g, "null")),
      createdAt: now,
      status: "queued",
      worker: null,
      updatedAt: now,
      result: null,
      error: null,
      attempt: 0,
      leaseUntil: null,
    });
    return id;
  }

  /** Up to `limit` tasks, highest priority first, as a claim sends them. */
  claim(claim: PythonClaim, limit: number): readonly Message[] {
    this.#recoverExpired();
    const mayHave = (row: Row) =>
      row.status === "queued" &&
      (claim.types.length === 0 || claim.types.includes(row.type)) && this.#isFor(row, claim);
    const rows = [...this.#rows.values()].filter(mayHave)
      .sort((a, b) => priorityOf(b) - priorityOf(a))
      .slice(0, limit);
    const now = this.#now();
    return rows.map((row) => {
      Object.assign(row, { status: "running", worker: claim.worker, updatedAt: now });
      row.attempt++;
      row.leaseUntil = now + LEASE_S;
      return {
        "task_id": row.id,
        "task_type": row.type,
        "model_name": row.model,
        payload: row.payload,
        "created_at": row.createdAt,
        status: "running",
        "assigned_worker": row.worker,
      };
    });
  }

  /** From any state, by anyone, as often as one likes; `false` if there is no such task. */
  complete(id: string, end: { status: string; result: Message | null; error: string | null }) {
    const row = this.#rows.get(id);
    if (row === undefined) return false;
    const merged = { ...row.result, ...end.result };
    row.result = Object.keys(merged).length === 0 ? null : merged;
    Object.assign(row, { status: end.status, error: end.error, leaseUntil: null });
    row.updatedAt = this.#now();
    return true;
  }

  /** Head only: for the worker that has it. */
  release(id: string, worker: string): boolean {
    const row = this.#rows.get(id);
    if (row === undefined || row.status !== "running" || row.worker !== worker) return false;
    Object.assign(row, { status: "queued", worker: null, leaseUntil: null });
    return true;
  }

  /** Head only: queued tasks only. */
  cancel(id: string): boolean {
    const row = this.#rows.get(id);
    if (row?.status !== "queued") return false;
    Object.assign(row, { status: "cancelled", updatedAt: this.#now() });
    return true;
  }

  /** The whole task. */
  get(id: string): Message | null {
    const row = this.#rows.get(id);
    return row === undefined ? null : this.#toMessage(row);
  }

  /** Oldest first; nothing is known of pages. */
  list(status: string, types: readonly string[], limit: number): readonly Message[] {
    return [...this.#rows.values()]
      .filter((row) => status === "" || row.status === status)
      .filter((row) => types.length === 0 || types.includes(row.type))
      .slice(0, limit)
      .map((row) => this.#toMessage(row));
  }

  /** The block `queue` of a detailed status. */
  counts(): Message {
    const byType = (status: string) => {
      const counts: Record<string, number> = {};
      for (const row of this.#rows.values()) {
        if (row.status === status) counts[row.type] = (counts[row.type] ?? 0) + 1;
      }
      return counts;
    };
    const sum = (counts: Record<string, number>) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    const queued = byType("queued");
    const running = byType("running");
    return {
      queued: sum(queued),
      running: sum(running),
      "queued_by_type": queued,
      "running_by_type": running,
    };
  }

  #toMessage(row: Row): Message {
    const seed = {
      "task_id": row.id,
      "task_type": row.type,
      "model_name": row.model,
      payload: row.payload,
      status: row.status,
      "assigned_worker": row.worker,
      "created_at": row.createdAt,
      "updated_at": row.updatedAt,
      result: row.result,
      error: row.error,
    };
    if (this.#version === "seed") return seed;
    return {
      ...seed,
      priority: priorityOf(row),
      attempt: row.attempt,
      "max_attempts": MAX_ATTEMPTS,
      "next_attempt_at": 0,
      "lease_until": row.leaseUntil,
      "heartbeat_at": row.leaseUntil === null ? null : row.updatedAt,
      "idempotency_key": row.payload["idempotency_key"] ?? null,
    };
  }

  /** Head gives a task whose lease has run out to the next; seed never does. */
  #recoverExpired(): void {
    if (this.#version === "seed") return;
    for (const row of this.#rows.values()) {
      if (row.status !== "running" || (row.leaseUntil ?? Infinity) > this.#now()) continue;
      if (row.attempt < MAX_ATTEMPTS) {
        Object.assign(row, { status: "queued", worker: null, leaseUntil: null });
      } else Object.assign(row, { status: "failed", error: "expired after maximum attempts" });
    }
  }

  #isFor(row: Row, claim: PythonClaim): boolean {
    if (this.#version === "seed") return true;
    const { "sticky_worker_id": worker = "", "session_id": session = "" } = row.payload;
    return (worker === "" || worker === claim.worker) &&
      (session === "" || session === claim.session);
  }

  #now(): number {
    return this.#clock.now() / 1_000;
  }
}

function priorityOf(row: Row): number {
  const priority = Math.trunc(Number(row.payload["priority"]));
  return Math.min(10, Math.max(1, priority || 5));
}
