/**
 * What a node lets clients read: its tasks with their logs, how many there are, and the peers around
 * it.
 *
 * @module
 */

export { createTaskResources, type TaskResourcesDeps } from "./create_task_resources.ts";
export { createPeerResources, type PeerResourcesDeps } from "./create_peer_resources.ts";
