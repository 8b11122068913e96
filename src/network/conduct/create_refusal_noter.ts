import type { Network } from "../network.ts";
import { offenceOf } from "./offence.ts";
import type { Refusal } from "./refusal.ts";

/** What a server does with what it refuses. */
export interface RefusalNoterOptions {
  /** Judges peers by what they send. */
  readonly network: Pick<Network, "noteOffence">;
  /** The protocol that is served. */
  readonly subject: string;
  /** Told of each refusal. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
}

/**
 * Create what the server of a protocol is to call when it refuses something.
 *
 * @param options Whom to tell.
 * @returns Takes the peer, and the code that the peer gets.
 */
export function createRefusalNoter(
  { network, subject, onRefusal }: RefusalNoterOptions,
): (peerId: string, code: string) => void {
  return (peerId, code) => {
    onRefusal?.({ peerId, reason: code, subject });
    const offence = offenceOf(code);
    if (offence !== undefined) network.noteOffence(peerId, offence);
  };
}
