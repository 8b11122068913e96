import assert from "node:assert/strict";
import fc from "fast-check";
import { readEvents } from "./event_reader.ts";
import { type SessionFixture, TestClient, withEndpoint } from "./session_fixture.ts";

/** What one client does: a request, with one of a few ids. */
interface Step {
  readonly client: number;
  readonly id: number | string;
  readonly kind: "echo" | "work" | "lost";
}

const steps = fc.array(
  fc.record<Step>({
    client: fc.nat({ max: 2 }),
    id: fc.constantFrom(1, 2, "1", "2"),
    kind: fc.constantFrom("echo", "work", "lost"),
  }),
  { minLength: 1, maxLength: 12 },
);

Deno.test("SessionEndpoint never gives a client the answer to another's request, whatever the ids", () =>
  withEndpoint(async (fixture) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        run++;
        const clients = await Promise.all(
          [0, 1, 2].map(() => TestClient.open(fixture.endpoint)),
        );
        const taken = new Set<string>();
        await Promise.all(steps.map(async (step, index) => {
          // A client may not use an id again before it has the answer.
          const key = `${step.client} ${typeof step.id} ${step.id}`;
          const client = clients[step.client];
          if (client === undefined || taken.has(key)) return;
          taken.add(key);
          const secret = `${run} ${index}`;
          const answers = await ask(fixture, client, step, secret);
          assert.equal(answers.length, 1);
          assert.equal(answers[0]?.id, step.id);
          assert.equal(answers[0]?.result.structuredContent.text, secret);
        }));
        for (const client of clients) await client.send("DELETE");
      }),
      { numRuns: 40 },
    );
  }));

/** Makes a request that is to be answered with a secret; returns all answers that come back. */
async function ask(
  { works }: SessionFixture,
  client: TestClient,
  { id, kind }: Step,
  secret: string,
  // deno-lint-ignore no-explicit-any -- answers of all kinds
): Promise<readonly any[]> {
  if (kind === "echo") {
    const params = { name: "echo", arguments: { text: secret } };
    return [await (await client.post(client.request("tools/call", params, id))).json()];
  }
  const response = client.work(secret, id);
  const work = await works.started(secret);
  work.progress(1);
  let events = readEvents(await response);
  if (kind === "lost") {
    const priming = await events.next();
    await events.hangUp();
    ({ events } = await client.listen(priming?.id));
  }
  work.finish(secret);
  const messages = (await events.rest()).filter(({ data }) => data !== "")
    .map(({ data }) => JSON.parse(data));
  return messages.filter((message) => "id" in message);
}
