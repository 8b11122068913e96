import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemorySessionStore } from "../../../../../src/store/memory/mod.ts";
import type { SessionStore } from "../../../../../src/store/mod.ts";
import { TestClient, withEndpoint, type WorkControl } from "./session_fixture.ts";

const KINDS = [
  "call",
  "progress",
  "finish",
  "detach",
  "listen",
  "resume",
  "hang up",
  "wait",
] as const;
const steps = fc.array(
  fc.record({
    kind: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...KINDS) }, {
      weight: 1,
      arbitrary: fc.constant("delete" as const),
    }),
    which: fc.nat({ max: 7 }),
    pause: fc.nat({ max: 24 }),
  }),
  { maxLength: 25 },
);
const delays = fc.infiniteStream(fc.nat({ max: 12 }));

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

/** A store whose operations take some turns each, in any order but their own. */
function slowStore(delays: Iterator<number>): SessionStore {
  return new Proxy(createMemorySessionStore(), {
    get(store, name) {
      const operation = Reflect.get(store, name);
      return typeof operation !== "function" ? operation : async (...args: unknown[]) => {
        await turns(delays.next().value ?? 0);
        return await operation.apply(store, args);
      };
    },
  });
}

/** What clients have open: the bodies that they read, and how far they are. */
class Reading {
  readonly ended: Promise<void>[] = [];
  readonly eventIds: string[] = [];
  readonly #readers: ReadableStreamDefaultReader<string>[] = [];

  follow(answered: Promise<Response>): void {
    this.ended.push(this.#read(answered));
  }

  hangUp(which: number): void {
    this.ended.push(this.#readers[which]?.cancel() ?? Promise.resolve());
  }

  async #read(answered: Promise<Response>): Promise<void> {
    const { body } = await answered;
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) return;
    this.#readers.push(reader);
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      for (const [, id = ""] of next.value.matchAll(/^id: (.*)$/mg)) this.eventIds.push(id);
    }
  }
}

Deno.test("SessionEndpoint answers everything and leaves no stream open, in whatever order things happen", () =>
  fc.assert(
    fc.asyncProperty(steps, delays, fc.boolean(), async (steps, delays, isDisposed) => {
      await withEndpoint(async ({ endpoint, works, clock }) => {
        const client = await TestClient.open(endpoint);
        const reading = new Reading();
        const running: WorkControl[] = [];
        for (const [index, { kind, which, pause }] of steps.entries()) {
          if (kind === "call") {
            reading.follow(client.work(`w${index}`, index));
            works.started(`w${index}`).then((work) => running.push(work));
          }
          if (kind === "progress") running[which]?.progress(index);
          if (kind === "finish") running[which]?.finish("done");
          if (kind === "detach") running[which]?.detach?.();
          if (kind === "listen") reading.follow(client.send("GET"));
          if (kind === "resume") {
            const id = reading.eventIds.at(-1 - which) ?? "7-7";
            reading.follow(client.send("GET", { headers: { "last-event-id": id } }));
          }
          if (kind === "hang up") reading.hangUp(which);
          if (kind === "wait") await clock.advance(which * 100);
          if (kind === "delete") reading.follow(client.send("DELETE"));
          await turns(pause);
        }
        if (isDisposed) await endpoint[Symbol.asyncDispose]();
        else reading.follow(client.send("DELETE"));
        await Promise.all(reading.ended);
        await turns(100);
        assert.equal(endpoint.statistics().streams, 0);
      }, { store: slowStore(delays) });
    }),
    { numRuns: 150 },
  ));
