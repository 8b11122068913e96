/**
 * Finds out why a node cannot be used: one step after the other, from its address to its workers.
 *
 * @module
 */

export { type ExamineOptions, examinePeer, type ExaminePeerDeps } from "./examine_peer.ts";
export { examineThisNode, type ExamineThisNodeDeps } from "./examine_this_node.ts";
export {
  type DoctorReport,
  type DoctorStep,
  type Finding,
  type FindingStatus,
  type StepReport,
} from "./report.ts";
export type { AnnounceOptions, MethodHealth } from "./step/announce.ts";
export type { ResolveHost } from "./step/resolve_address.ts";
