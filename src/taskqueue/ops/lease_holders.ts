/** A lease that was given to a peer. */
export interface LeaseHolder {
  /** Its fencing token. */
  readonly token: string;
  /** The peer that claimed, as the handshake has proven. */
  readonly peerId: string;
  /** Whether the peer knows of tokens. */
  readonly isFenced: boolean;
}

/** Leases remembered; the oldest are forgotten first. */
const MAX_HOLDERS = 10_000;

/**
 * Remembers which peer got which lease, for peers whose reports carry no token.
 *
 * Lost with the process: a peer without a token that reports to a restarted node is refused, unless
 * it names the worker that holds the lease.
 */
export class LeaseHolders {
  readonly #holders = new Map<string, LeaseHolder>();

  /** Remember the newest lease of a task. */
  set(taskId: string, holder: LeaseHolder): void {
    this.#holders.delete(taskId);
    this.#holders.set(taskId, holder);
    if (this.#holders.size <= MAX_HOLDERS) return;
    for (const oldest of this.#holders.keys()) {
      this.#holders.delete(oldest);
      break;
    }
  }

  /** The newest lease of a task. */
  get(taskId: string): LeaseHolder | undefined {
    return this.#holders.get(taskId);
  }
}
