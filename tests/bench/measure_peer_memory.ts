import { systemClock } from "../../src/concurrency/mod.ts";
import { createDht } from "../../src/network/discovery/dht/mod.ts";
import { PeerBook } from "../../src/network/discovery/peer_book.ts";
import { createPeerId } from "../unit/network/discovery/create_peer_id.ts";
import { createFakePeerRecordCodec } from "../unit/network/discovery/fake_peer_record_codec.ts";
import { FakeTable, toKeyText } from "../unit/network/discovery/dht/fake_table.ts";

const NAMESPACE = "memory";
const SELF = createPeerId(0);
/** As many as several rounds need. */
const MAX_ROUNDS = 100;

/**
 * What a node keeps of each peer that it has found in the distributed hash table: its record, and its
 * place in the book of all peers.
 *
 * @param count How many peers it finds.
 * @param readHeapBytes Reads what is in use.
 * @returns Bytes for each.
 */
export async function measurePeerMemory(
  count: number,
  readHeapBytes: () => Promise<number>,
): Promise<number> {
  const table = new FakeTable();
  for (let seed = 1; seed <= count; seed++) await enter(table, createPeerId(seed));
  const book = new PeerBook({ selfPeerId: SELF, clock: systemClock });
  const records = createFakePeerRecordCodec(SELF);
  const method = createDht({ dht: table.open(SELF), namespace: NAMESPACE, records });
  const before = await readHeapBytes();
  const context = {
    self: { peerId: SELF, multiaddrs: () => [] },
    found: (peer: Parameters<PeerBook["found"]>[1]): void => void book.found(method, peer),
    lost: (): void => {},
    clock: systemClock,
    logger: undefined,
  };
  await using _started = await method.start?.(context, new AbortController().signal);
  for (let round = 0; book.countOf(method.name) < count; round++) {
    if (round === MAX_ROUNDS) throw new Error(`Only ${book.countOf(method.name)} peers are found`);
    await method.look(context, AbortSignal.timeout(method.budgetMs));
  }
  return (await readHeapBytes() - before) / count;
}

async function enter(table: FakeTable, peerId: string): Promise<void> {
  const addresses = ["/ip4/192.0.2.1/tcp/9710", "/ip4/10.0.0.1/tcp/9710"];
  const record = await createFakePeerRecordCodec(peerId).seal(addresses, 1n);
  const key = new TextEncoder().encode(toKeyText(NAMESPACE));
  await table.open(peerId).provide({ key, record }, new AbortController().signal);
}
