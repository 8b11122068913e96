import { runTaskGroup } from "../../src/concurrency/mod.ts";
import { compareOutcomes, type Comparison, type ExpectedOutcomes } from "./compare.ts";
import type { ConformanceSet } from "./conformance_set.ts";
import { openFixtureServer } from "./fixture/open_fixture_server.ts";
import { openPeerBridge } from "./peer/open_peer_bridge.ts";
import { runReferee, type Verdict } from "./referee.ts";

/** A verdict, held against the table. */
export interface Judgement extends Verdict {
  readonly comparisons: readonly Comparison[];
}

/**
 * Run one set, with a server of its own in this process if it needs one.
 *
 * @param set Which.
 * @param expected What the table says.
 */
export async function judge(
  set: ConformanceSet,
  expected: ExpectedOutcomes,
): Promise<Judgement> {
  const verdict = set.subject === "client" ? await runReferee(set, "") : await judgeServer(set);
  return { ...verdict, comparisons: compareOutcomes(verdict.outcomes, expected) };
}

function judgeServer(set: ConformanceSet): Promise<Verdict> {
  return runTaskGroup(async (group) => {
    await using server = set.subject === "peer"
      ? await openPeerBridge(group)
      : await openFixtureServer(group, { port: 0 });
    const verdict = await runReferee(set, server.url);
    group.cancel("the suite has judged");
    return verdict;
  });
}
