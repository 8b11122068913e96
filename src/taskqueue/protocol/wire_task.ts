import type { JsonObject } from "../../codec/mod.ts";
import type { TaskStatus } from "../../task/mod.ts";

/** A task on the wire. Times are seconds since the epoch. */
export interface WireTask extends JsonObject {
  /** Its id. */
  readonly "task_id": string;
  /** What kind of work it is. */
  readonly "task_type": string;
  /** Empty when the type has none. */
  readonly "model_name": string;
  /** The input. */
  readonly payload: JsonObject;
  /** Where in its life it is. */
  readonly status: TaskStatus;
  /** Who last held the lease. */
  readonly "assigned_worker": string | null;
  /** When it was submitted. */
  readonly "created_at": number;
  /** When it last changed. */
  readonly "updated_at": number;
  /** What the executor returned. */
  readonly result: JsonObject | null;
  /** Text for a person. */
  readonly error: string | null;
  /** Stable code of the error. */
  readonly "error_code": string | null;
  /** What the executor last reported. */
  readonly progress: JsonObject | null;
  /** 1 to 10. */
  readonly priority: number;
  /** Attempts begun. */
  readonly attempt: number;
  /** Attempts allowed. */
  readonly "max_attempts": number;
  /** Not claimed before this time. */
  readonly "next_attempt_at": number;
  /** Fails unless final by this time. */
  readonly "deadline_at": number | null;
  /** When the lease ends; `null` when there is none. */
  readonly "lease_until": number | null;
  /** Last sign of life of the holder; `null` when there is none. */
  readonly "heartbeat_at": number | null;
  /** Its idempotency key. */
  readonly "idempotency_key": string | null;
  /** Tags that a worker must offer. */
  readonly requires: readonly string[];
  /** The worker that should do it; `null` for any. */
  readonly "sticky_worker_id": string | null;
  /** The session whose workers should do it; `null` for any. */
  readonly "session_id": string | null;
  /** From this time on anybody may claim it; `null` when there is no preference. */
  readonly "affinity_until": number | null;
  /** How many lines of log it has had. */
  readonly "log_count": number;
  /** Whether reports must carry the token; `null` when there is no lease. */
  readonly fenced: boolean | null;
  /** Attempts that did not complete, oldest first. */
  readonly failures: readonly WireFailure[];
  /** Fencing token; only in the reply to the claim that got it. */
  readonly "lease_token"?: string;
  /** Members that were left out as the reply would have been too long. */
  readonly omitted?: readonly string[];
}

/** A failed or lost attempt on the wire. */
export interface WireFailure extends JsonObject {
  /** Which attempt. */
  readonly attempt: number;
  /** When it ended, in seconds since the epoch. */
  readonly at: number;
  /** Who ran it. */
  readonly worker: string;
  /** Stable code. */
  readonly code: string;
  /** Text for a person. */
  readonly message: string;
}
