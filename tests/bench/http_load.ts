import { HttpConnection } from "./http_connection.ts";

/** What is asked for, again and again. */
export interface HttpQuestion {
  /** Where. */
  readonly url: string;
  /** Besides those that every request has. @default {{}} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body for a request with this id, which always has the same number of digits. */
  readonly toBody: (id: number) => string;
  /** Every answer holds this. */
  readonly expected: string;
}

/** Keeps a server busy, over connections that stay open. */
export interface HttpLoad extends Disposable {
  /** Send requests for a while, one at a time on each connection; gives how many were answered. */
  runFor(durationMs: number): Promise<number>;
  /** Send so many requests. */
  run(count: number): Promise<void>;
}

/** All ids have as many digits as this one, so that all requests have one length. */
const FIRST_ID = 1_000_000;

/**
 * Open connections to a server. Requests are written as bytes, so that whoever measures the server on
 * the same machine leaves it most of the machine.
 *
 * @param question What is sent.
 * @param connections How many.
 */
export async function openHttpLoad(question: HttpQuestion, connections: number): Promise<HttpLoad> {
  using opened = new DisposableStack();
  const all: HttpConnection[] = [];
  for (let count = 0; count < connections; count++) {
    all.push(opened.use(await HttpConnection.open(question)));
  }
  const owned = opened.move();
  let id = FIRST_ID;
  const runWhile = async (hasMore: () => boolean): Promise<number> => {
    let answered = 0;
    await Promise.all(all.map(async (connection) => {
      while (hasMore()) {
        await connection.ask(id++);
        answered++;
      }
    }));
    return answered;
  };
  return {
    runFor(durationMs) {
      const endMs = performance.now() + durationMs;
      return runWhile(() => performance.now() < endMs);
    },
    async run(count) {
      const end = id + count;
      await runWhile(() => id < end);
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}
