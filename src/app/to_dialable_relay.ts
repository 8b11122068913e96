/**
 * The address of a relay itself; it may be configured as the address of a place at that relay.
 *
 * @param relay As it was configured.
 */
export function toDialableRelay(relay: string): string {
  return relay.replace(/\/p2p-circuit$/, "");
}
