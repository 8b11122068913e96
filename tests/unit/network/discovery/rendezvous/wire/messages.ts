import fc from "fast-check";
import {
  type RendezvousMessage,
  type RendezvousStatus,
  STATUS_CODES,
} from "../../../../../../src/network/discovery/rendezvous/message.ts";

const status = fc.constantFrom(...Object.keys(STATUS_CODES) as RendezvousStatus[]);
const bytes = fc.uint8Array({ maxLength: 300 });
const namespace = fc.string({ unit: "grapheme", maxLength: 40 });
const statusText = fc.stringMatching(/^[a-z ]{0,40}$/);
const whole = fc.maxSafeNat();

const registration = fc.record(
  { namespace, signedPeerRecord: bytes, ttlSeconds: whole },
  { requiredKeys: ["namespace", "signedPeerRecord"], noNullPrototype: true },
);

/** Any message that can be written. */
export const anyMessage: fc.Arbitrary<RendezvousMessage> = fc.oneof(
  registration.map((fields) => ({ type: "register" as const, ...fields })),
  fc.record(
    { type: fc.constant("register_response" as const), status, statusText, ttlSeconds: whole },
    { requiredKeys: ["type", "status"], noNullPrototype: true },
  ),
  namespace.map((text) => ({ type: "unregister" as const, namespace: text })),
  fc.record(
    { type: fc.constant("discover" as const), namespace, limit: whole, cookie: bytes },
    { requiredKeys: ["type"], noNullPrototype: true },
  ),
  fc.record({
    type: fc.constant("discover_response" as const),
    registrations: fc.array(registration, { maxLength: 10 }),
    status,
    statusText,
    cookie: bytes,
  }, { requiredKeys: ["type", "registrations", "status"], noNullPrototype: true }),
);
