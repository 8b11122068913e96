import type { Connection, Stream } from "@libp2p/interface";

/** A record with its envelope and its key, some times over. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** A node that looks for peers asks a neighbour some times in a row, and then not for long. */
const BURST = 200;
const REQUESTS_PER_SECOND = 20;

interface Budget {
  left: number;
  refilledMs: number;
}

/** Lets the questions of others in, as many as an honest node asks. */
export class RequestGate {
  readonly #budgets = new WeakMap<Connection, Budget>();
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** Whether a stream may be served; if not, it is ended. */
  admit(stream: Stream, connection: Connection): boolean {
    if (!this.#spend(connection)) {
      stream.abort(new Error("The peer asks too often"));
      return false;
    }
    limitBytes(stream, MAX_REQUEST_BYTES);
    return true;
  }

  #spend(connection: Connection): boolean {
    const nowMs = this.#monotonicMs();
    const budget = this.#budgets.get(connection) ?? { left: BURST, refilledMs: nowMs };
    this.#budgets.set(connection, budget);
    const refill = (nowMs - budget.refilledMs) / 1000 * REQUESTS_PER_SECOND;
    budget.left = Math.min(BURST, budget.left + refill);
    budget.refilledMs = nowMs;
    if (budget.left < 1) return false;
    budget.left -= 1;
    return true;
  }
}

/**
 * End a stream on which more comes than there may be. To be called before anybody reads from it in
 * the same turn.
 */
export function limitBytes(stream: Stream, maxBytes: number): void {
  let received = 0;
  stream.addEventListener("message", ({ data }) => {
    received += data.byteLength;
    if (received > maxBytes) stream.abort(new Error("The peer sends too much"));
  });
}
