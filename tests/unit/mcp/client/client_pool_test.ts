import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createClientPool, type McpClient } from "../../../../src/mcp/client/mod.ts";

/** Makes clients that do nothing, and counts. */
class Connector {
  readonly connected: string[] = [];
  readonly ended: string[] = [];
  /** What connecting waits for. */
  gate: Promise<void> = Promise.resolve();

  readonly connect = async (target: string): Promise<McpClient> => {
    this.connected.push(target);
    await this.gate;
    const client: Partial<McpClient> = {
      era: "modern",
      listTools: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => {
        this.ended.push(target);
        return Promise.resolve();
      },
    };
    return client as McpClient;
  };
}

/** Lets promises settle that wait for nothing. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("ClientPool shares one connection for each target", async () => {
  const connector = new Connector();
  await using pool = createClientPool(connector.connect);
  const [a, b, other] = await Promise.all([
    pool.acquire("x"),
    pool.acquire("x"),
    pool.acquire("y"),
  ]);
  assert.deepEqual(connector.connected, ["x", "y"]);
  assert.deepEqual(pool.statistics(), { connections: 2, inUse: 2 });
  assert.equal(a.era, "modern");
  assert.deepEqual(await b.listTools(), []);
  await Promise.all([a, b, other].map((client) => client[Symbol.asyncDispose]()));
  assert.deepEqual(pool.statistics(), { connections: 2, inUse: 0 });
  assert.deepEqual(connector.ended, []);
});

Deno.test("ClientPool ends a connection that nobody has used for a while", async () => {
  const connector = new Connector();
  const clock = new FakeClock();
  await using pool = createClientPool(connector.connect, { idleMs: 1000, clock });
  {
    await using _first = await pool.acquire("x");
    await clock.advance(5000);
  }
  await clock.advance(999);
  {
    await using _second = await pool.acquire("x");
    await clock.advance(5000);
  }
  await clock.advance(999);
  assert.deepEqual(connector.ended, []);
  await clock.advance(1);
  await settle();
  assert.deepEqual(connector.ended, ["x"]);
  assert.deepEqual(pool.statistics(), { connections: 0, inUse: 0 });
});

Deno.test("ClientPool counts a borrower that gives back twice once", async () => {
  const connector = new Connector();
  const clock = new FakeClock();
  await using pool = createClientPool(connector.connect, { idleMs: 10, clock });
  await using _other = await pool.acquire("x");
  const twice = await pool.acquire("x");
  await twice[Symbol.asyncDispose]();
  await twice[Symbol.asyncDispose]();
  await clock.advance(100);
  assert.deepEqual(connector.ended, []);
});

Deno.test("ClientPool makes room by ending the connection unused longest", async () => {
  const connector = new Connector();
  await using pool = createClientPool(connector.connect, { capacity: 2 });
  for (const target of ["a", "b", "a"]) {
    await using _client = await pool.acquire(target);
  }
  await using _c = await pool.acquire("c");
  await settle();
  assert.deepEqual(connector.ended, ["b"]);
});

Deno.test("ClientPool refuses when all connections are in use", async () => {
  const connector = new Connector();
  await using pool = createClientPool(connector.connect, { capacity: 1 });
  await using _a = await pool.acquire("a");
  await assert.rejects(pool.acquire("b"), { code: "client_pool_full", capacity: 1 });
});

Deno.test("ClientPool keeps no connection that has failed", async () => {
  let tries = 0;
  await using pool = createClientPool(() => {
    tries++;
    return Promise.reject(new Error("no"));
  });
  await assert.rejects(pool.acquire("x"), /no/);
  assert.deepEqual(pool.statistics(), { connections: 0, inUse: 0 });
  await assert.rejects(pool.acquire("x"), /no/);
  assert.equal(tries, 2);
});

Deno.test("ClientPool lets one borrower stop waiting, and connects for the others", async () => {
  const connector = new Connector();
  const gate = Promise.withResolvers<void>();
  connector.gate = gate.promise;
  await using pool = createClientPool(connector.connect);
  const controller = new AbortController();
  const impatient = assert.rejects(pool.acquire("x", { signal: controller.signal }), /enough/);
  const patient = pool.acquire("x");
  controller.abort(new Error("enough"));
  await impatient;
  gate.resolve();
  await using _client = await patient;
  assert.deepEqual(pool.statistics(), { connections: 1, inUse: 1 });
});

Deno.test("ClientPool ends everything when it is disposed, and takes nobody any more", async () => {
  const connector = new Connector();
  const pool = createClientPool(connector.connect);
  await pool.acquire("x");
  await (await pool.acquire("y"))[Symbol.asyncDispose]();
  await pool[Symbol.asyncDispose]();
  assert.deepEqual(connector.ended.toSorted(), ["x", "y"]);
  await assert.rejects(pool.acquire("x"), { code: "connection_lost" });
});

Deno.test("createClientPool refuses a capacity that holds nothing", () => {
  assert.throws(() => createClientPool(new Connector().connect, { capacity: 0 }), RangeError);
});
