import type { PeerLink } from "./peer_link.ts";
import { isUnknownOp } from "./unknown_op.ts";

/** Does something else where the peer does not know an operation, and keeps account of it. */
export class OpFallback {
  readonly #link: PeerLink;
  readonly #missing = new Set<string>();

  constructor(link: PeerLink) {
    this.#link = link;
  }

  /** The operations that were asked for here and that the peer does not know. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /**
   * Ask for an operation; an operation that the peer is known not to know is not asked for again.
   *
   * @param op The operation.
   * @param ask Asks for it.
   * @param instead What is done without it.
   */
  async run<T>(op: string, ask: () => Promise<T>, instead: () => Promise<T>): Promise<T> {
    if (!this.#link.record.missingOps.has(op)) {
      try {
        return await ask();
      } catch (error) {
        this.note(op, error);
        if (!isUnknownOp(error)) throw error;
      }
    }
    this.#missing.add(op);
    return await instead();
  }

  /** Take notice of an error that may say that the peer does not know the operation. */
  note(op: string, error: unknown): void {
    if (!isUnknownOp(error)) return;
    const { record } = this.#link;
    record.kind = "python";
    record.missingOps.add(op);
    this.#missing.add(op);
  }
}
