import type { JsonObject } from "../codec/mod.ts";

/**
 * What is looked at, in this order.
 *
 * | Step            | Asks whether                                                              |
 * | --------------- | ------------------------------------------------------------------------- |
 * | `bind`          | this node can have its address, or has it                                 |
 * | `announce`      | this node says where it is, and its ways to be found work                 |
 * | `resolve`       | the names in the address mean something                                   |
 * | `dial`          | somebody listens there                                                    |
 * | `handshake`     | it is a libp2p node, and the one that was meant                           |
 * | `protocol`      | it serves what this program speaks                                        |
 * | `authorisation` | it lets this node in                                                      |
 * | `clock_skew`    | its clock and this one agree                                              |
 * | `queue`         | its queue answers                                                         |
 * | `worker`        | somebody does the work that waits there                                   |
 */
export type DoctorStep =
  | "bind"
  | "announce"
  | "resolve"
  | "dial"
  | "handshake"
  | "protocol"
  | "authorisation"
  | "clock_skew"
  | "queue"
  | "worker";

/** All steps, in their order. */
export const DOCTOR_STEPS: readonly DoctorStep[] = [
  "bind",
  "announce",
  "resolve",
  "dial",
  "handshake",
  "protocol",
  "authorisation",
  "clock_skew",
  "queue",
  "worker",
];

/** What a step came to. A warning is worth knowing, and keeps nothing from working. */
export type FindingStatus = "ok" | "warning" | "failed" | "skipped";

/** What was found in one step. */
export interface Finding {
  /** How it went. */
  readonly status: FindingStatus;
  /** What was found, or why nothing was looked for; for people. */
  readonly message: string;
  /** What is wrong, for programs: stable. @default {undefined} nothing is wrong */
  readonly code?: string | undefined;
  /** What to do about it. @default {undefined} nothing */
  readonly hint?: string | undefined;
  /** Addresses, times, versions, for programs. @default {{}} */
  readonly details?: JsonObject | undefined;
}

/** A step with what was found. */
export interface StepReport extends Finding {
  /** The step. */
  readonly step: DoctorStep;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** All that was found. */
export interface DoctorReport {
  /** Whether no step failed. */
  readonly ok: boolean;
  /** The address that was looked at; `undefined` if none is known. */
  readonly multiaddr: string | undefined;
  /** Who has answered there; `undefined` if nobody has proven it. */
  readonly peerId: string | undefined;
  /** Every step, in order. */
  readonly steps: readonly StepReport[];
}
