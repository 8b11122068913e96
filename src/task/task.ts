import type { JsonObject } from "../codec/mod.ts";
import type { TaskStatus } from "./status.ts";

/** One unit of work in a queue, as every part of mcpp sees it. Times are epoch milliseconds. */
export interface Task {
  /** 32 lower-case hex digits, or the id that its submitter chose. */
  readonly id: string;
  /** What kind of work it is, such as `tool.call`; decides which executor may run it. */
  readonly type: string;
  /** The model the task asks for; empty when the type has none. */
  readonly model: string;
  /** The input of the executor. */
  readonly payload: JsonObject;
  /** Where in its life it is. */
  readonly status: TaskStatus;
  /** 1 to 10; 10 is claimed first. */
  readonly priority: number;
  /** How many times it has been claimed. */
  readonly attempt: number;
  /** After this many failed or lost attempts the task fails for good. */
  readonly maxAttempts: number;
  /** When it was submitted. */
  readonly createdAtMs: number;
  /** When anything about it last changed. */
  readonly updatedAtMs: number;
  /** Not claimed before this time. */
  readonly notBeforeMs: number;
  /** Fails when not finished by this time; `null` means no limit. */
  readonly deadlineAtMs: number | null;
  /** Present while `running`. */
  readonly lease: Lease | null;
  /** Who last held the lease (worker id); `null` before the first claim. */
  readonly assignedWorker: string | null;
  /** What the executor last reported. */
  readonly progress: JsonObject | null;
  /** What the executor returned; set when `completed`. */
  readonly result: JsonObject | null;
  /** Why the task failed or was cancelled. */
  readonly error: TaskFailure | null;
  /** One entry for each attempt that did not complete, oldest first. */
  readonly failures: readonly AttemptFailure[];
  /** A second submission with the same key returns this task. */
  readonly idempotencyKey: string | null;
  /** Tags that a worker must offer, sorted, each once; empty means none. */
  readonly requires: readonly string[];
  /** Who alone may claim it until `affinity.untilMs`; `null` means anyone. */
  readonly affinity: Affinity | null;
  /** How many lines of log it has had; the cursor behind the newest one. */
  readonly logCount: number;
}

/** A preference for certain claimers. It ends, so that no task starves when they are gone. */
export interface Affinity {
  /** Only this worker id; `null` means any. */
  readonly worker: string | null;
  /** Only claimers that name this session; `null` means any. */
  readonly session: string | null;
  /** From this time on anyone may claim the task. */
  readonly untilMs: number;
}

/** One line of a task's log. */
export interface LogEntry {
  /** Counts from 1, without gaps; older lines may have been dropped. */
  readonly seq: number;
  /** When the queue took it. */
  readonly atMs: number;
  /** Where it comes from, such as `stdout` or `stderr`. */
  readonly stream: string;
  /** The line. */
  readonly message: string;
}

/** The exclusive, time-limited right of one worker to run one attempt of a task. */
export interface Lease {
  /** Worker id of the holder. */
  readonly worker: string;
  /** Fencing token: `"<task id>:<attempt>:<16 hex digits>"`; opaque to its holder. */
  readonly token: string;
  /** When it ends unless renewed; by the queue's clock. */
  readonly untilMs: number;
  /**
   * Whether reports must carry the token. `false` for a claimer that knows no tokens: while such a
   * lease lasts, the first report counts.
   */
  readonly isFenced: boolean;
}

/** Why a task or an attempt ended without a result. */
export interface TaskFailure {
  /** Stable code, such as `executor_failed`, `lease_expired`, `deadline_exceeded`, `cancelled`. */
  readonly code: string;
  /** Text for a person. */
  readonly message: string;
}

/** A failed or lost attempt, kept on the task. */
export interface AttemptFailure extends TaskFailure {
  /** Which attempt, counted from 1. */
  readonly attempt: number;
  /** When it ended. */
  readonly atMs: number;
  /** Who ran it. */
  readonly worker: string;
}
