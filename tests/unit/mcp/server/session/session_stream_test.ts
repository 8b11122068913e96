import assert from "node:assert/strict";
import fc from "fast-check";
import { systemClock } from "../../../../../src/concurrency/mod.ts";
import type {
  EventStream,
  ServerSentEvent,
} from "../../../../../src/mcp/server/http/event_stream.ts";
import { parseEventId } from "../../../../../src/mcp/server/session/event_id.ts";
import { EventLog } from "../../../../../src/mcp/server/session/event_log.ts";
import { SessionStream } from "../../../../../src/mcp/server/session/session_stream.ts";
import { createMemorySessionStore } from "../../../../../src/store/memory/mod.ts";
import type { SessionStore } from "../../../../../src/store/mod.ts";
import { FakeLogger } from "../../../network/fake_logger.ts";
import { session } from "../../../store/session_store_conformance.ts";

/** Takes all that it is sent until it hangs up. */
class FakeListener implements EventStream {
  readonly received: ServerSentEvent[] = [];
  readonly response = new Response();
  readonly #ended = Promise.withResolvers<void>();
  isEnded = false;

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  send(event: ServerSentEvent): Promise<void> {
    if (!this.isEnded) this.received.push(event);
    return Promise.resolve();
  }

  close(): void {
    this.isEnded = true;
    this.#ended.resolve();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

/** A store whose operations take some turns each; writes keep their order, as those of SQLite do. */
function slowStore(store: SessionStore, nextDelay: () => number): SessionStore {
  const { append, readEvents } = store;
  let writing: Promise<unknown> = Promise.resolve();
  store.append = (entry) => {
    const delay = nextDelay();
    const written = writing.then(() => turns(delay)).then(() => append.call(store, entry));
    writing = written;
    return written;
  };
  store.readEvents = async (id, query) => {
    await turns(nextDelay());
    const events = await readEvents.call(store, id, { ...query, limit: 2 });
    await turns(nextDelay());
    return events;
  };
  return store;
}

async function openStream(store: SessionStore): Promise<SessionStream> {
  await store.insert(session("s"));
  const log = new EventLog({
    sessionId: "s",
    store,
    bounds: { maxEvents: 1e6, maxBytes: 1e9, maxTotalBytes: 1e9 },
    lastSeq: 0,
    logger: new FakeLogger(),
    clock: systemClock,
  });
  const id = log.nextSeq();
  const stream = new SessionStream({ id, requests: ["r"], pending: ["r"], lastSeq: id }, log);
  await stream.open();
  return stream;
}

const steps = fc.array(
  fc.record({ kind: fc.constantFrom("send", "lose", "resume"), pause: fc.nat({ max: 6 }) }),
  { maxLength: 30 },
);

Deno.test("SessionStream brings each event once and in order, however often connections are lost", async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fc.nat({ max: 5 }), { minLength: 1 }),
      async (steps, delays) => {
        let delayIndex = 0;
        const nextDelay = () => delays[delayIndex++ % delays.length] ?? 0;
        await using store = slowStore(createMemorySessionStore(), nextDelay);
        const stream = await openStream(store);
        const received: string[] = [];
        let seen = stream.id;
        let listener: FakeListener | undefined;
        const running: Promise<void>[] = [];
        const lose = () => {
          for (const { id, data } of listener?.received ?? []) {
            received.push(data);
            seen = parseEventId(id ?? "")?.seq ?? seen;
          }
          listener?.close();
          if (listener !== undefined) stream.detach(listener);
          listener = undefined;
        };
        const resume = () => {
          lose();
          listener = new FakeListener();
          running.push(stream.attach(listener, seen));
        };
        let sent = 0;
        for (const { kind, pause } of steps) {
          if (kind === "send") running.push(stream.send(`event ${sent++}`));
          else if (kind === "lose") lose();
          else resume();
          await turns(pause);
        }
        running.push(stream.send(`event ${sent++}`, "r"));
        resume();
        await Promise.all(running);
        const { isEnded } = listener ?? {};
        lose();
        assert.deepEqual(received, Array.from({ length: sent }, (_, index) => `event ${index}`));
        assert.equal(isEnded, true);
        assert.ok(stream.isOver && !stream.hasListener);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("SessionStream takes the first answer to a request, and no other", async () => {
  await using store = createMemorySessionStore();
  const stream = await openStream(store);
  await stream.send("first", "r");
  await stream.send("second", "r");
  const events = await store.readEvents("s", { streamId: stream.id, afterSeq: 0, limit: 9 });
  assert.deepEqual(events.map(({ data }) => data), ["", "first"]);
});

Deno.test("SessionStream numbers its events by the time, and later than what it cannot know of", async () => {
  await using store = createMemorySessionStore();
  const before = Date.now();
  const stream = await openStream(store);
  assert.ok(stream.id >= before);
  await stream.send("a");
  await stream.send("b");
  const events = await store.readEvents("s", { streamId: stream.id, afterSeq: 0, limit: 9 });
  const [opening, first, second] = events.map(({ seq }) => seq);
  assert.ok(opening !== undefined && first !== undefined && second !== undefined);
  assert.ok(opening < first && first < second);
});
