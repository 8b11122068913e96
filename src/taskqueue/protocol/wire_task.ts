import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";

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

const json = z.custom<JsonObject>((value) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
);
const seconds = z.number();
const optionalSeconds = seconds.nullable().default(null);
const optionalText = z.string().nullable().default(null);

const wireFailureSchema = z.object({
  attempt: z.number(),
  at: seconds,
  worker: z.string(),
  code: z.string(),
  message: z.string(),
});

/** A task as peers send it: Python ones know fewer members, and may know others. */
export const wireTaskSchema = z.object({
  "task_id": z.string().min(1),
  "task_type": z.string(),
  "model_name": z.string().nullable().default(""),
  payload: json.nullable().default(null),
  status: z.enum(TASK_STATUSES),
  "assigned_worker": optionalText,
  "created_at": seconds,
  "updated_at": optionalSeconds,
  result: z.unknown().optional(),
  error: optionalText,
  "error_code": optionalText,
  progress: json.nullable().default(null),
  priority: z.number().default(5),
  attempt: z.number().nullable().default(null),
  "max_attempts": z.number().default(1),
  "next_attempt_at": optionalSeconds,
  "deadline_at": optionalSeconds,
  "lease_until": optionalSeconds,
  "idempotency_key": optionalText,
  failures: z.array(wireFailureSchema).default([]),
  "lease_token": z.string().default(""),
});
