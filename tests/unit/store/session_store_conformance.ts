import assert from "node:assert/strict";
import {
  type EventBounds,
  eventBytes,
  type SessionEvent,
  type SessionStore,
  type SessionStreamRecord,
  StoreClosedError,
} from "../../../src/store/mod.ts";

/** Runs a test body with an empty store, and closes it. */
export type WithSessionStore = (body: (store: SessionStore) => Promise<void>) => Promise<void>;

/** A session that can be inserted. */
export function session(id: string, usedAtMs = 1) {
  return { id, principalId: `principal of ${id}`, state: `{"id":"${id}"}`, usedAtMs };
}

/** An event to be said, with what a test cares about. */
export interface Said {
  readonly sessionId?: string;
  readonly streamId?: number;
  readonly seq: number;
  readonly previousSeq?: number;
  readonly data?: string;
  readonly answers?: string | number;
  readonly pending?: readonly (string | number)[];
  readonly bounds?: Partial<EventBounds>;
}

/** Keeps an event. */
export function say(store: SessionStore, said: Said): Promise<void> {
  const { sessionId = "s", streamId = 0, seq, previousSeq = 0, data = "x", answers } = said;
  const pending = said.pending ?? [];
  return store.append({
    sessionId,
    stream: { id: streamId, requests: ["r"], pending, lastSeq: seq },
    event: { seq, previousSeq, data, ...(answers !== undefined && { answers }) },
    bounds: { maxEvents: 1e6, maxBytes: 1e9, maxTotalBytes: 1e9, ...said.bounds },
  });
}

async function seqs(store: SessionStore, streamId = 0, sessionId = "s"): Promise<number[]> {
  const query = { streamId, afterSeq: 0, limit: 1e6 };
  return (await store.readEvents(sessionId, query)).map(({ seq }) => seq);
}

/**
 * What every adapter of the `SessionStore` port must do.
 *
 * @param name The adapter, for the titles.
 * @param withStore Opens an empty store for one test.
 */
export function testSessionStore(name: string, withStore: WithSessionStore): void {
  const test = (title: string, body: (store: SessionStore) => Promise<void>) =>
    Deno.test(`${name} ${title}`, () => withStore(body));
  testSessions(test);
  testEvents(test);
  testStreams(test);
  testBounds(test);
  test("refuses everything once it is closed", async (store) => {
    await store[Symbol.asyncDispose]();
    for (
      const operation of [
        () => store.list(),
        () => store.insert(session("s")),
        () => store.find("s"),
        () => store.saveState("s", "{}"),
        () => store.touch([]),
        () => store.delete(["s"]),
        () => say(store, { seq: 1 }),
        () => store.settle("s", { id: 1, pending: [] }),
        () => store.findStream("s", 1),
        () => store.readEvents("s", { streamId: 0, afterSeq: 0, limit: 1 }),
        () => store.totals(),
      ]
    ) await assert.rejects(operation, StoreClosedError);
    await store[Symbol.asyncDispose]();
  });
}

type Test = (title: string, body: (store: SessionStore) => Promise<void>) => void;

function testSessions(test: Test): void {
  test("finds a session as it was inserted", async (store) => {
    await store.insert(session("s"));
    assert.deepEqual(await store.find("s"), { ...session("s"), streams: [], lastSeq: 0 });
    assert.equal(await store.find("S"), undefined);
  });

  test("lists sessions, the one unused longest first", async (store) => {
    await store.insert(session("a", 5));
    await store.insert(session("b", 3));
    await store.insert(session("c", 4));
    await store.touch([{ id: "b", usedAtMs: 9 }, { id: "gone", usedAtMs: 9 }]);
    const listed = await store.list();
    assert.deepEqual(listed.map(({ id }) => id), ["c", "a", "b"]);
    assert.deepEqual(listed[2], { id: "b", principalId: "principal of b", usedAtMs: 9 });
  });

  test("keeps the newest state", async (store) => {
    await store.insert(session("s"));
    await Promise.all([
      store.saveState("s", '{"n":1}'),
      store.saveState("s", '{"n":2,"ü":"\\u0000"}'),
    ]);
    assert.equal((await store.find("s"))?.state, '{"n":2,"ü":"\\u0000"}');
    assert.equal((await store.find("s"))?.usedAtMs, 1);
  });

  test("forgets deleted sessions with all that was said in them", async (store) => {
    await store.insert(session("s"));
    await store.insert(session("other"));
    await say(store, { seq: 1 });
    await say(store, { seq: 2, streamId: 2, pending: ["r"] });
    await say(store, { sessionId: "other", seq: 1, data: "stays" });
    await store.delete(["s", "gone"]);
    assert.equal(await store.find("s"), undefined);
    assert.deepEqual(await store.totals(), {
      sessions: 1,
      streams: 1,
      events: 1,
      bytes: eventBytes("stays"),
    });
    assert.deepEqual(await seqs(store, 0, "other"), [1]);
  });

  test("does nothing for sessions that are not there", async (store) => {
    await store.saveState("gone", "{}");
    await say(store, { sessionId: "gone", seq: 1 });
    await store.settle("gone", { id: 0, pending: [] });
    assert.equal(await store.findStream("gone", 0), undefined);
    assert.deepEqual(await seqs(store, 0, "gone"), []);
    assert.deepEqual(await store.totals(), { sessions: 0, streams: 0, events: 0, bytes: 0 });
  });
}

function testEvents(test: Test): void {
  test("reads what was said on a stream, in order and in pages", async (store) => {
    await store.insert(session("s"));
    const texts = ['{"a":"ü\\n"}', "", "\u{1f600}"];
    for (const [index, data] of texts.entries()) {
      await say(store, { seq: 10 + index, streamId: 7, previousSeq: 9 + index, data });
      await say(store, { seq: 20 + index, streamId: 8 });
    }
    const read = (afterSeq: number, limit: number) =>
      store.readEvents("s", { streamId: 7, afterSeq, limit });
    assert.deepEqual((await read(0, 9)).map(({ data }) => data), texts);
    assert.deepEqual(await read(10, 1), [{ seq: 11, previousSeq: 10, data: "" }]);
    assert.deepEqual((await read(11, 9)).map(({ seq }) => seq), [12]);
    assert.deepEqual(await read(12, 9), []);
  });

  test("tells which events are answers, and keeps the kind of their ids", async (store) => {
    await store.insert(session("s"));
    for (const [index, answers] of ["1", 1, 'ü"', 0, -1.5].entries()) {
      await say(store, { seq: index + 1, answers });
    }
    await say(store, { seq: 9 });
    const events = await store.readEvents("s", { streamId: 0, afterSeq: 0, limit: 9 });
    assert.deepEqual(events.map(({ answers }) => answers), ["1", 1, 'ü"', 0, -1.5, undefined]);
    assert.equal("answers" in (events[5] ?? {}), false);
  });

  test("remembers the last number of a session, whatever has gone", async (store) => {
    await store.insert(session("s"));
    await say(store, { seq: 41 });
    await say(store, { seq: 42, streamId: 42, bounds: { maxEvents: 0 } });
    assert.deepEqual(await seqs(store), []);
    assert.equal((await store.find("s"))?.lastSeq, 42);
  });

  test("does not mix up sessions that use the same numbers", async (store) => {
    await store.insert(session("s"));
    await store.insert(session("t"));
    await say(store, { seq: 1, data: "of s" });
    await say(store, { sessionId: "t", seq: 1, data: "of t" });
    const query = { streamId: 0, afterSeq: 0, limit: 9 };
    const texts = async (id: string) =>
      (await store.readEvents(id, query)).map(({ data }: SessionEvent) => data);
    assert.deepEqual(await texts("s"), ["of s"]);
    assert.deepEqual(await texts("t"), ["of t"]);
  });
}

function testStreams(test: Test): void {
  const opened = { streamId: 5, pending: ["r", 2] };

  test("finds streams with open requests together with their session", async (store) => {
    await store.insert(session("s"));
    await say(store, { seq: 1 });
    await say(store, { ...opened, seq: 5 });
    await say(store, { seq: 6, streamId: 6 });
    const streams = (await store.find("s"))?.streams ?? [];
    assert.deepEqual([...streams].sort((a, b) => a.id - b.id), [
      { id: 0, requests: ["r"], pending: [], lastSeq: 1 },
      { id: 5, requests: ["r"], pending: ["r", 2], lastSeq: 5 },
    ]);
  });

  test("finds a stream by its number, as it was last", async (store) => {
    await store.insert(session("s"));
    await say(store, { ...opened, seq: 5 });
    await say(store, { ...opened, seq: 8, pending: [2], answers: "r" });
    const expected: SessionStreamRecord = { id: 5, requests: ["r"], pending: [2], lastSeq: 8 };
    assert.deepEqual(await store.findStream("s", 5), expected);
    assert.equal(await store.findStream("s", 6), undefined);
  });

  test("settles requests that get no answer", async (store) => {
    await store.insert(session("s"));
    await say(store, { ...opened, seq: 5 });
    await store.settle("s", { id: 5, pending: [] });
    assert.deepEqual((await store.find("s"))?.streams, []);
    assert.deepEqual((await store.findStream("s", 5))?.pending, []);
    await store.settle("s", { id: 6, pending: [] });
    assert.equal(await store.findStream("s", 6), undefined);
  });

  test("forgets a stream with its last event, if nothing more comes", async (store) => {
    const bounds = { maxEvents: 2 };
    await store.insert(session("s"));
    await say(store, { seq: 5, streamId: 5, bounds });
    await say(store, { seq: 6, streamId: 5, bounds });
    await say(store, { seq: 7, bounds });
    assert.notEqual(await store.findStream("s", 5), undefined);
    await say(store, { seq: 8, bounds });
    assert.equal(await store.findStream("s", 5), undefined);
    await say(store, { seq: 9, bounds });
    await say(store, { seq: 10, bounds });
    assert.equal((await store.findStream("s", 0))?.lastSeq, 10);
  });

  test("remembers a stream that has lost its events as long as answers are to come", async (store) => {
    const bounds = { maxEvents: 1 };
    await store.insert(session("s"));
    await say(store, { ...opened, seq: 5, bounds });
    await say(store, { seq: 6, bounds });
    assert.deepEqual((await store.findStream("s", 5))?.pending, ["r", 2]);
    await store.settle("s", { id: 5, pending: [2] });
    assert.deepEqual((await store.findStream("s", 5))?.pending, [2]);
    await store.settle("s", { id: 5, pending: [] });
    assert.equal(await store.findStream("s", 5), undefined);
  });
}

function testBounds(test: Test): void {
  test("keeps so many events of a session, the newest", async (store) => {
    await store.insert(session("s"));
    await store.insert(session("t"));
    await say(store, { sessionId: "t", seq: 1 });
    for (let seq = 1; seq <= 5; seq++) {
      await say(store, { seq, streamId: seq % 2, bounds: { maxEvents: 3 } });
    }
    assert.deepEqual([await seqs(store, 0), await seqs(store, 1)], [[4], [3, 5]]);
    assert.deepEqual(await seqs(store, 0, "t"), [1]);
  });

  test("keeps so many bytes of a session, if need be none", async (store) => {
    await store.insert(session("s"));
    const bounds = { maxBytes: 3 * eventBytes("1234") };
    for (let seq = 1; seq <= 4; seq++) await say(store, { seq, data: "1234", bounds });
    assert.deepEqual(await seqs(store), [2, 3, 4]);
    assert.equal((await store.totals()).bytes, bounds.maxBytes);
    await say(store, { seq: 5, data: "12345", bounds });
    assert.deepEqual(await seqs(store), [4, 5]);
    await say(store, { seq: 6, data: "x".repeat(bounds.maxBytes), bounds });
    assert.deepEqual(await seqs(store), []);
    assert.deepEqual(await store.totals(), { sessions: 1, streams: 1, events: 0, bytes: 0 });
  });

  test("keeps so many bytes in all, the newest of any session", async (store) => {
    const bounds = { maxTotalBytes: 3 * eventBytes("x") };
    for (const id of ["s", "t", "u"]) await store.insert(session(id));
    // The numbers of different sessions say nothing about which event is older.
    const order = [["s", 900], ["t", 5], ["u", 70], ["t", 6], ["s", 901]] as const;
    for (const [sessionId, seq] of order) await say(store, { sessionId, seq, bounds });
    const left = await Promise.all(["s", "t", "u"].map((id) => seqs(store, 0, id)));
    assert.deepEqual(left, [[901], [6], [70]]);
  });
}
