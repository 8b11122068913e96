/**
 * Who should do which task: logical clocks and owner selection, exactly as deployed Python peers
 * compute them, and the ownership that this service derives from its membership. Pure: no clock, no
 * randomness, no I/O; times are passed in.
 *
 * @module
 */

export { UnencodableTextError } from "./errors.ts";
export { pythonStrip } from "./python_strip.ts";
export { PythonFloat, pythonJson, type PythonJsonValue } from "./python_json.ts";
export { merkleRoot } from "./merkle_root.ts";
export { type ClockFromJsonOptions, MerkleClock, type MerkleClockOptions } from "./merkle_clock.ts";
export {
  taskHash,
  type TaskHashInput,
  workflowTaskHash,
  type WorkflowTaskHashInput,
} from "./task_hash.ts";
export { hammingDistance } from "./hamming_distance.ts";
export { selectOwner, type SelectOwnerInput } from "./select_owner.ts";
export type { OwnedTask } from "./task_memo.ts";
export { type ClaimCandidate, TaskOwnership, type TaskOwnershipOptions } from "./task_ownership.ts";
