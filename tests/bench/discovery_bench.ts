import { runTaskGroup, systemClock } from "../../src/concurrency/mod.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import type { NodeSettings } from "./discovery/discovery_way.ts";
import type { Search } from "./discovery/find_peer.ts";
import { type DiscoveryWorld, openDiscoveryWorld } from "./discovery/open_discovery_world.ts";
import { startProgram } from "./program.ts";
import { medianRatio, quantile } from "./statistics.ts";

const MAX_RATIO = 1.2;

/**
 * From the start of a program until it has found a peer that answers: in each way alone, and in each way
 * while it looks in all the others as well and these lead to somebody who is silent.
 */
export const discoveryBenchmark: Benchmark = { name: "discovery", run };

async function run({ pairs }: { readonly pairs: number }): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  return await runTaskGroup(async (group) => {
    const world = await openDiscoveryWorld(group, resources);
    const rows = toRows(await measureWays(world, pairs));
    group.cancel();
    return rows;
  }, { name: "discovery benchmark" });
}

/** Milliseconds, in the order of the rounds. */
interface Times {
  readonly name: string;
  readonly alone: number[];
  readonly amongDead: number[];
}

async function measureWays(world: DiscoveryWorld, rounds: number): Promise<readonly Times[]> {
  const times = world.ways.map(({ name }): Times => ({ name, alone: [], amongDead: [] }));
  // The first round fills Deno's caches.
  for (let round = -1; round < rounds; round++) {
    for (const [index, way] of world.ways.entries()) {
      const others = world.ways.filter((other) => other !== way).map(({ dead }) => dead);
      await systemClock.sleep(way.restMs ?? 0);
      const aloneMs = await measureFind(world, [way.live]);
      await systemClock.sleep(way.restMs ?? 0);
      const amongDeadMs = await measureFind(world, [way.live, ...others]);
      if (round < 0) continue;
      times[index]?.alone.push(aloneMs);
      times[index]?.amongDead.push(amongDeadMs);
    }
  }
  return times;
}

async function measureFind(
  { peerId, names }: DiscoveryWorld,
  settings: readonly NodeSettings[],
): Promise<number> {
  const search: Search = { peerId, names, settings };
  const args = [JSON.stringify(search)];
  await using program = await startProgram("tests/bench/discovery/find_peer.ts", { args });
  return program.startMs;
}

/** The fastest way is the one to which all of them together are held. */
function toRows(times: readonly Times[]): readonly Row[] {
  const fastest = times.toSorted((a, b) => quantile(a.alone, 0.5) - quantile(b.alone, 0.5))[0];
  return times.flatMap((each): readonly Row[] => {
    const { name, alone, amongDead } = each;
    const baseline = `${name}: start of the program to the peer's answer`;
    return [
      { measure: baseline, unit: "ms", value: quantile(alone, 0.5) },
      {
        measure: `${name}, and all others dead${each === fastest ? " (the fastest)" : ""}`,
        unit: "ms",
        value: quantile(amongDead, 0.5),
        comparison: { baseline, ratio: medianRatio(amongDead, alone) },
        targets: each === fastest ? [{ figure: "ratio", atMost: MAX_RATIO }] : [],
      },
    ];
  });
}
