/**
 * Python peers of both versions, emulated over the `Network` port: services to test our client
 * with, and clients to test our server with.
 *
 * @module
 */

export { toPythonJson } from "./python_json.ts";
export type { Message } from "./python_queue.ts";
export { PythonService } from "./python_service.ts";
export { type PythonPeerOptions, serveSeedPeer } from "./serve_seed_peer.ts";
export { type HeadPeer, type HeadPeerOptions, serveHeadPeer } from "./serve_head_peer.ts";
export { serveEnvelopePeer } from "./serve_envelope_peer.ts";
export { callAsHead, callAsSeed, type PythonClientOptions } from "./python_client.ts";
