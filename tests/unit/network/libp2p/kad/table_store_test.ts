import assert from "node:assert/strict";
import { Record as ValueRecord } from "@libp2p/kad-dht";
import { base32 } from "multiformats/bases/base32";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { createIdentity, type Identity } from "../../../../../src/network/libp2p/identity.ts";
import { toPeerKey } from "../../../../../src/network/libp2p/kad/peer_key.ts";
import type { TableComponents } from "../../../../../src/network/libp2p/kad/table_components.ts";
import { TableStore } from "../../../../../src/network/libp2p/kad/table_store.ts";
import { createPeerRecordCodec } from "../../../../../src/network/libp2p/peer_record_codec.ts";

type StoreKey = Parameters<TableComponents["datastore"]["get"]>[0];

const VALUE = Uint8Array.of(1);

/** The package's keys; nothing but their text is looked at. */
function createKey(name: string): StoreKey {
  return { toString: () => name } as StoreKey;
}

function createProviderKey(cid: string, peerId: string): StoreKey {
  return createKey(`/dht/provider/${cid}/${peerId}`);
}

async function listNames(store: TableStore, prefix: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(store.query({ prefix }));
  return entries.map(({ key }) => key.toString());
}

async function createRecord(identity: Identity, seq: bigint): Promise<Uint8Array> {
  return await createPeerRecordCodec(identity).seal([], seq);
}

/** Keep a record as one that comes from another node is kept. */
async function putRecord(store: TableStore, peerId: string, value: Uint8Array): Promise<void> {
  const key = toPeerKey(peerId);
  const name = createKey(`/dht/record/${base32.baseEncode(key)}`);
  await store.put(name, new ValueRecord(key, value, new Date()).serialize());
}

Deno.test("TableStore lists who is entered under one key", async () => {
  const store = new TableStore(new FakeClock());
  await store.put(createProviderKey("a", "x"), VALUE);
  await store.put(createProviderKey("ab", "y"), VALUE);
  assert.deepEqual(await listNames(store, "/dht/provider/a"), ["/dht/provider/a/x"]);
  assert.equal((await listNames(store, "/dht/provider")).length, 2);
});

Deno.test("TableStore forgets what is not repeated", async () => {
  const clock = new FakeClock();
  const store = new TableStore(clock, { ttlMs: 1_000 });
  await store.put(createProviderKey("a", "x"), VALUE);
  await store.put(createProviderKey("a", "y"), VALUE);
  await clock.advance(600);
  await store.put(createProviderKey("a", "x"), VALUE);
  await clock.advance(600);
  assert.deepEqual(await listNames(store, "/dht/provider/a"), ["/dht/provider/a/x"]);
  await clock.advance(600);
  assert.equal(store.has(createProviderKey("a", "x")), false);
  assert.equal(store.size, 0);
});

Deno.test("TableStore says that there is nothing as the package expects it", async () => {
  const store = new TableStore(new FakeClock());
  await assert.rejects(store.get(createKey("/dht/record/x")), { name: "NotFoundError" });
  await store.put(createProviderKey("a", "x"), VALUE);
  assert.deepEqual(await store.get(createProviderKey("a", "x")), VALUE);
  store.delete(createProviderKey("a", "x"));
  await assert.rejects(store.get(createProviderKey("a", "x")), { name: "NotFoundError" });
});

Deno.test("TableStore lets one peer be entered under few keys", async () => {
  const store = new TableStore(new FakeClock(), { maxKeysPerProvider: 2 });
  for (const cid of ["a", "b", "c", "d"]) await store.put(createProviderKey(cid, "x"), VALUE);
  await store.put(createProviderKey("a", "y"), VALUE);
  const names = await listNames(store, "/dht/provider");
  assert.deepEqual(names, ["/dht/provider/c/x", "/dht/provider/d/x", "/dht/provider/a/y"]);
});

// docs/protocol.md, 8.5
Deno.test("TableStore is bounded, for each key and in all", async () => {
  const store = new TableStore(new FakeClock(), { maxProvidersPerKey: 3, maxProviders: 5 });
  for (let peer = 0; peer < 10; peer++) await store.put(createProviderKey("a", `${peer}`), VALUE);
  assert.equal((await listNames(store, "/dht/provider/a")).length, 3);
  for (let cid = 0; cid < 10; cid++) await store.put(createProviderKey(`${cid}`, "x"), VALUE);
  assert.equal(store.size, 5);
});

Deno.test("TableStore keeps a limited number of records", () => {
  const store = new TableStore(new FakeClock(), { maxRecords: 4 });
  for (let peer = 0; peer < 10; peer++) store.setValue(toPeerKey(`${peer}`), VALUE);
  assert.equal(store.size, 4);
  assert.equal(store.getValues([toPeerKey("0"), toPeerKey("9")]).length, 1);
});

Deno.test("TableStore keeps no old record in place of a newer one", async () => {
  const store = new TableStore(new FakeClock());
  const identity = await createIdentity();
  const [older, newer] = [await createRecord(identity, 1n), await createRecord(identity, 2n)];
  const key = toPeerKey(identity.peerId);
  await putRecord(store, identity.peerId, newer);
  await putRecord(store, identity.peerId, older);
  assert.deepEqual(store.getValues([key])[0]?.value, newer);
  const newest = await createRecord(identity, 3n);
  await putRecord(store, identity.peerId, newest);
  assert.deepEqual(store.getValues([key])[0]?.value, newest);
});

Deno.test("TableStore keeps the newest of records that come at the same time", async () => {
  const store = new TableStore(new FakeClock());
  const identity = await createIdentity();
  const create = (seq: bigint): Promise<Uint8Array> => createRecord(identity, seq);
  const [oldest, older, newest] = await Promise.all([create(1n), create(2n), create(3n)]);
  await putRecord(store, identity.peerId, oldest);
  await Promise.all([newest, older].map((each) => putRecord(store, identity.peerId, each)));
  const [kept] = store.getValues([toPeerKey(identity.peerId)]);
  assert.deepEqual(kept?.value, newest);
});

Deno.test("TableStore finds the node's own record where the package looks for it", async () => {
  const store = new TableStore(new FakeClock());
  const key = toPeerKey("self");
  store.setValue(key, VALUE);
  const raw = await store.get(createKey(`/dht/record/${base32.baseEncode(key)}`));
  assert.deepEqual(ValueRecord.deserialize(raw).value, VALUE);
});
