import assert from "node:assert/strict";

/** One event as a client sees it. */
export interface SeenEvent {
  readonly id?: string;
  readonly retry?: string;
  readonly data: string;
}

/** Reads the events of a response. */
export interface EventReader {
  /** Events that were read. */
  readonly seen: readonly SeenEvent[];
  /** The next event, comments left out; `undefined` at the end. */
  next(): Promise<SeenEvent | undefined>;
  /** The message of the next event that has one. */
  // deno-lint-ignore no-explicit-any -- tests look into messages of all kinds
  message(): Promise<any>;
  /** Everything up to the end. */
  rest(): Promise<readonly SeenEvent[]>;
  /** Hang up. */
  hangUp(): Promise<void>;
}

/** Reads a response as a stream of events. */
export function readEvents(response: Response): EventReader {
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let text = "";
  const seen: SeenEvent[] = [];
  const next = async (): Promise<SeenEvent | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        text += value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (block.startsWith(":")) continue;
      const event = parseEvent(block);
      seen.push(event);
      return event;
    }
  };
  return {
    seen,
    next,
    async message() {
      for (let event = await next(); event !== undefined; event = await next()) {
        if (event.data !== "") return JSON.parse(event.data);
      }
      return undefined;
    },
    async rest() {
      const events: SeenEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) events.push(event);
      return events;
    },
    hangUp: () => reader.cancel(),
  };
}

function parseEvent(block: string): SeenEvent {
  const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
  return Object.fromEntries(fields) as unknown as SeenEvent;
}
