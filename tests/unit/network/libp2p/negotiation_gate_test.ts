import assert from "node:assert/strict";
import type { Connection } from "@libp2p/interface";
import { NegotiationGate } from "../../../../src/network/libp2p/negotiation_gate.ts";

// The gate uses connections as keys only.
const connection = {} as Connection;
const { signal } = new AbortController();
const isAnswer = (error: unknown): boolean => error instanceof RangeError;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("NegotiationGate lets one through, and the others once it was answered", async () => {
  const gate = new NegotiationGate();
  const answers = Array.from({ length: 3 }, () => Promise.withResolvers<string>());
  let begun = 0;
  const passing = answers.map(({ promise }) =>
    gate.pass(connection, () => {
      begun++;
      return promise;
    }, { isAnswer, signal })
  );
  await settle();
  assert.equal(begun, 1);
  answers[0]?.resolve("first");
  await settle();
  assert.equal(begun, 3);
  answers[2]?.resolve("third");
  answers[1]?.resolve("second");
  assert.deepEqual(await Promise.all(passing), ["first", "second", "third"]);
});

Deno.test("NegotiationGate lets the next one go first if there was no answer", async () => {
  const gate = new NegotiationGate();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const order: string[] = [];
  const pass = (name: string, promise: Promise<void>): Promise<void> =>
    gate.pass(connection, () => (order.push(name), promise), { isAnswer, signal });
  const failing = assert.rejects(pass("first", first.promise), /gone/);
  const passing = pass("second", second.promise);
  const refused = assert.rejects(pass("third", Promise.reject(new RangeError())), RangeError);
  await settle();
  first.reject(new Error("gone"));
  await settle();
  assert.deepEqual(order, ["first", "second"]);
  second.resolve();
  await Promise.all([failing, passing, refused]);
});

Deno.test("NegotiationGate takes a refusal for an answer", async () => {
  const gate = new NegotiationGate();
  const refuse = (): Promise<void> => Promise.reject(new RangeError());
  await assert.rejects(gate.pass(connection, refuse, { isAnswer, signal }), RangeError);
  const never = Promise.withResolvers<void>().promise;
  const controller = new AbortController();
  let begun = 0;
  const begin = (): Promise<void> => (begun++, never);
  for (let count = 0; count < 2; count++) {
    gate.pass(connection, begin, { isAnswer, signal: controller.signal }).catch(() => {});
  }
  await settle();
  assert.equal(begun, 2);
});

Deno.test("NegotiationGate gives up waiting when the signal aborts", async () => {
  const gate = new NegotiationGate();
  const controller = new AbortController();
  const first = Promise.withResolvers<void>();
  const passing = gate.pass(connection, () => first.promise, { isAnswer, signal });
  const waiting = gate.pass(connection, () => Promise.resolve(), {
    isAnswer,
    signal: controller.signal,
  });
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  first.resolve();
  await passing;
});
