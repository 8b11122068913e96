/** A message of the protocol. All but `unregister` come as request and response. */
export type RendezvousMessage =
  | RegisterMessage
  | RegisterResponse
  | UnregisterMessage
  | DiscoverMessage
  | DiscoverResponse;

/** What a rendezvous point is asked. */
export type RendezvousRequest = RegisterMessage | UnregisterMessage | DiscoverMessage;

/** What it answers. */
export type RendezvousResponse = RegisterResponse | DiscoverResponse;

/** List me. */
export interface RegisterMessage extends Registration {
  /** What it is. */
  readonly type: "register";
}

/** A peer in a namespace. */
export interface Registration {
  /** Where. */
  readonly namespace: string;
  /** As its peer has made it; empty if it is missing. */
  readonly signedPeerRecord: Uint8Array;
  /** How long it lasts, or is to last. @default {7200} 2 hours */
  readonly ttlSeconds?: number | undefined;
}

/** What became of a registration. */
export interface RegisterResponse extends Outcome {
  /** What it is. */
  readonly type: "register_response";
  /** How long it lasts. */
  readonly ttlSeconds?: number | undefined;
}

/** List me no more. Nothing is answered. */
export interface UnregisterMessage {
  /** What it is. */
  readonly type: "unregister";
  /** Where. */
  readonly namespace: string;
}

/** Who is there? */
export interface DiscoverMessage {
  /** What it is. */
  readonly type: "discover";
  /** All namespaces if `undefined`. */
  readonly namespace?: string | undefined;
  /** How many at most. @default {as many as the point gives} */
  readonly limit?: number | undefined;
  /** Of an earlier response: only what came after it. */
  readonly cookie?: Uint8Array | undefined;
}

/** These are there. */
export interface DiscoverResponse extends Outcome {
  /** What it is. */
  readonly type: "discover_response";
  /** Who is listed; at most as many as were asked for. */
  readonly registrations: readonly Registration[];
  /** Leads to those that come after these. */
  readonly cookie?: Uint8Array | undefined;
}

/** How a request has ended. */
export interface Outcome {
  /** Whether it was done, or why not. */
  readonly status: RendezvousStatus;
  /** For people. */
  readonly statusText?: string | undefined;
}

/** The name of a status in the specification. */
export type RendezvousStatus =
  | "OK"
  | "E_INVALID_NAMESPACE"
  | "E_INVALID_SIGNED_PEER_RECORD"
  | "E_INVALID_TTL"
  | "E_INVALID_COOKIE"
  | "E_NOT_AUTHORIZED"
  | "E_INTERNAL_ERROR"
  | "E_UNAVAILABLE";

/** The numbers on the wire. */
export const STATUS_CODES: Readonly<Record<RendezvousStatus, number>> = {
  OK: 0,
  E_INVALID_NAMESPACE: 100,
  E_INVALID_SIGNED_PEER_RECORD: 101,
  E_INVALID_TTL: 102,
  E_INVALID_COOKIE: 103,
  E_NOT_AUTHORIZED: 200,
  E_INTERNAL_ERROR: 300,
  E_UNAVAILABLE: 400,
};
