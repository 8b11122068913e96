/**
 * How peers behave: what counts as an offence, what is refused and who is told of it, and how much of
 * what they have begun is held.
 *
 * @module
 */

export type { ConnectionPolicy } from "./connection_policy.ts";
export { createRefusalNoter, type RefusalNoterOptions } from "./create_refusal_noter.ts";
export { TooMuchUnfinishedError } from "./errors.ts";
export { Intake, type IntakeLimits, IntakeShare } from "./intake.ts";
export { type Offence, offenceOf } from "./offence.ts";
export type { Refusal } from "./refusal.ts";
export { createRefusalReporter, type RefusalReporterOptions } from "./refusal_reporter.ts";
