import { systemClock } from "../concurrency/mod.ts";
import type { AnnouncedNode } from "../network/mod.ts";
import {
  createChecklist,
  examineAddress,
  type ExamineOptions,
  type ExaminePeerDeps,
} from "./examine_peer.ts";
import { toPlace, withIp } from "./place.ts";
import type { DoctorReport } from "./report.ts";
import { type AnnounceOptions, checkAnnouncing } from "./step/announce.ts";
import { checkBind } from "./step/bind.ts";

/** What this machine's own node is looked at with. */
export interface ExamineThisNodeDeps
  extends ExaminePeerDeps, Omit<AnnounceOptions, "nowMs" | "signal"> {
  /** Where it is to listen, as multiaddrs. */
  readonly listen: readonly string[];
}

/**
 * See whether this machine's own node can be used, and if not, what fails first. If it does not run, see
 * whether it could.
 *
 * @param deps What it is looked at with.
 * @param options How long it may take.
 * @returns What was found; a failure is a finding and not thrown.
 * @throws {unknown} The reason of the signal, if that aborts.
 */
export async function examineThisNode(
  deps: ExamineThisNodeDeps,
  options: ExamineOptions = {},
): Promise<DoctorReport> {
  const { listen, isRunning, clock = systemClock } = deps;
  const list = createChecklist(deps, options);
  await list.run("bind", () => Promise.resolve(checkBind(listen, { isRunning })));
  const announced = await list.run(
    "announce",
    (signal) => checkAnnouncing({ ...deps, nowMs: clock.now(), signal }),
  );
  const multiaddr = announced === undefined ? findOwnAddress(deps) : chooseNearest(announced);
  if (multiaddr === undefined) return list.finish({ multiaddr, peerId: undefined });
  return await examineAddress(multiaddr, { list, deps, options });
}

/** Within one host, loopback leads to a node that listens there, whatever its address is elsewhere. */
function chooseNearest({ multiaddr, multiaddrs }: AnnouncedNode): string {
  const direct = multiaddrs.filter((each) => !each.includes("/p2p-circuit"));
  return direct.find((each) => /^\/(ip4\/127\.|ip6\/::1\/)/.test(each)) ?? multiaddr;
}

/** Where a node that runs without saying where it is must be. */
function findOwnAddress({ listen, isRunning, peerId }: ExamineThisNodeDeps): string | undefined {
  const [first] = listen;
  const place = first === undefined ? undefined : toPlace(first);
  if (!isRunning || peerId === undefined || first === undefined || place === undefined) {
    return undefined;
  }
  if (place.port === 0) return undefined;
  const loopback = { "0.0.0.0": "127.0.0.1", "::": "127.0.0.1" }[place.host];
  return `${loopback === undefined ? first : withIp(first, loopback)}/p2p/${peerId}`;
}
