import type { Offence } from "../../../src/network/mod.ts";
import { WrappedNetwork } from "./wrapped_network.ts";

/** Remembers what peers are blamed for. */
export class JudgingNetwork extends WrappedNetwork {
  readonly offences: [peerId: string, offence: Offence][] = [];

  override noteOffence(peerId: string, offence: Offence): void {
    this.offences.push([peerId, offence]);
  }
}
