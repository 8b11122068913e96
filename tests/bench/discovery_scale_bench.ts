import type { Benchmark, Row } from "./benchmark.ts";
import { type Program, startProgram } from "./program.ts";

const SIZE = 50;
const KNOWN_PEERS = 1_000;
const MAX_BYTES_PER_PEER = 16_384;

/**
 * Fifty nodes that start together and know one other node: until all know all, by a rendezvous point
 * and by the distributed hash table, and what a known peer costs.
 */
export const discoveryScaleBenchmark: Benchmark = { name: "discovery-scale", run };

async function run(): Promise<readonly Row[]> {
  const rendezvous = await measureWay("rendezvous");
  const dht = await measureWay("dht");
  return [
    ...compare("from the start until all know all", "ms", [rendezvous.ms, dht.ms]),
    ...compare("messages sent by each node until then", "messages", [
      rendezvous.messages,
      dht.messages,
    ]),
    ...compare("bytes sent by each node until then", "B", [rendezvous.bytes, dht.bytes]),
    {
      measure: `each of ${KNOWN_PEERS.toLocaleString("en")} peers found by dht: heap`,
      unit: "B",
      value: await measureMemory(),
      targets: [{ figure: "value", atMost: MAX_BYTES_PER_PEER }],
    },
  ];
}

interface Outcome {
  readonly ms: number;
  readonly messages: number;
  readonly bytes: number;
}

async function measureWay(way: string): Promise<Outcome> {
  await using program = await start();
  const outcome = await program.ask({ ask: "converge", way, size: SIZE });
  const read = (name: keyof Outcome): number => Number(outcome[name]);
  return { ms: read("ms"), messages: read("messages"), bytes: read("bytes") };
}

async function measureMemory(): Promise<number> {
  await using program = await start();
  // The first ones are for the compiler and for what is made once.
  await program.ask({ ask: "memory", peers: 50 });
  return Number((await program.ask({ ask: "memory", peers: KNOWN_PEERS }))["bytes"]);
}

function start(): Promise<Program> {
  return startProgram("tests/bench/swarm.ts", { runArgs: ["--v8-flags=--expose-gc"] });
}

function compare(
  what: string,
  unit: Row["unit"],
  [rendezvous, dht]: readonly [number, number],
): readonly Row[] {
  const baseline = `${SIZE} nodes by rendezvous: ${what}`;
  return [
    { measure: baseline, unit, value: rendezvous },
    {
      measure: `${SIZE} nodes by dht: ${what}`,
      unit,
      value: dht,
      comparison: { baseline, ratio: dht / rendezvous },
    },
  ];
}
