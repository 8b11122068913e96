/**
 * Puts the parts together: a node, a worker, a client. No behaviour of its own.
 *
 * @module
 */

export { createServer, type Server, type ServerOptions } from "./create_server.ts";
export type { ServerReady } from "./server_ready.ts";
export { createWorkerNode, type WorkerNode, type WorkerNodeOptions } from "./create_worker_node.ts";
export type { WorkerNodeReady } from "./worker_node_ready.ts";
export type { Service } from "./service.ts";
export { createClient, type CreateClientOptions } from "./create_client.ts";
export { createClientPool } from "./create_client_pool.ts";
export type { ClientTarget, ListedTarget, StdioTarget } from "./client_target.ts";
export { InvalidTargetError } from "./invalid_target.ts";
export { connectRelay, type ConnectRelayOptions } from "./connect_relay.ts";
export { callTool } from "./call_tool.ts";
export { DataDirError } from "./open_data_dir.ts";
export { listTrustedPeers, revokePeer, trustPeer, type TrustPeerRequest } from "./manage_trust.ts";
export {
  type ChangedIdentity,
  changeIdentity,
  showIdentity,
  type ShownIdentity,
} from "./manage_identity.ts";
export {
  cancelInvite,
  createInvite,
  type ListedInvite,
  listInvites,
  type NewInvite,
} from "./manage_invites.ts";
export type { Invite } from "../network/trust/invite/mod.ts";
export { type JoinedNode, joinPeer, type JoinPeerRequest } from "./join_peer.ts";
export { isRole, type Role, ROLES, type TrustedPeer } from "../network/mod.ts";
export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export type { DoctorReport, DoctorStep, FindingStatus, StepReport } from "../doctor/mod.ts";
export { VERSION } from "./version.ts";
