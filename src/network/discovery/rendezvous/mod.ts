/**
 * Meeting points for peers: the libp2p rendezvous protocol 1.0.0, client and server.
 *
 * @module
 */

export { createRendezvous, type RendezvousOptions } from "./create_rendezvous.ts";
export { serveRendezvous, type ServeRendezvousDeps } from "./serve_rendezvous.ts";
export type {
  DiscoverMessage,
  DiscoverResponse,
  Outcome,
  RegisterMessage,
  RegisterResponse,
  Registration,
  RendezvousRequest,
  RendezvousResponse,
  RendezvousStatus,
  UnregisterMessage,
} from "./message.ts";
export { DEFAULT_RENDEZVOUS_LIMITS, type RendezvousLimits } from "./limits.ts";
export {
  RendezvousPoint,
  type RendezvousPointDeps,
  type RendezvousStatistics,
} from "./rendezvous_point.ts";
