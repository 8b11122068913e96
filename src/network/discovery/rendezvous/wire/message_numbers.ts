import type { RendezvousMessage } from "../message.ts";

/** The numbers of the types of messages. */
export const MESSAGE_TYPES: Readonly<Record<RendezvousMessage["type"], number>> = {
  "register": 0,
  "register_response": 1,
  "unregister": 2,
  "discover": 3,
  "discover_response": 4,
};

/** The field that holds the type. */
export const TYPE_FIELD = 1;

/** The field that holds the body, by type: one after the other. */
export function bodyFieldOf(typeNumber: number): number {
  return typeNumber + 2;
}
