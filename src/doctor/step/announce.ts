import type { JsonObject } from "../../codec/mod.ts";
import { type AnnouncedNode, findAnnouncedNodes, type StaleNode } from "../../network/mod.ts";
import { type Outcome, toFailure } from "../checklist.ts";
import type { Finding } from "../report.ts";

/** How one way to be found does, as the running node says. */
export interface MethodHealth {
  /** Such as `mdns`. */
  readonly method: string;
  /** Whether its last round ended well. */
  readonly ok: boolean;
  /** What went wrong. */
  readonly reason?: string | undefined;
}

/** Where this machine's node says where it is. */
export interface AnnounceOptions {
  /** Its file; `false` if it has none. */
  readonly announceFile: string | false;
  /** The files of other nodes of this machine. */
  readonly otherFiles: readonly string[];
  /** Its id; `undefined` if it has never run. */
  readonly peerId: string | undefined;
  /** Whether it runs. */
  readonly isRunning: boolean;
  /** Asks it how it is found; nothing if it cannot be asked. */
  readonly askMethods: (signal: AbortSignal) => Promise<readonly MethodHealth[] | undefined>;
  /** The time, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * See whether this machine's node says where it is, and whether its ways to be found work.
 *
 * @param options Where it says so.
 * @returns The node to look at: this one, or if it does not run, another of this machine.
 */
export async function checkAnnouncing(options: AnnounceOptions): Promise<Outcome<AnnouncedNode>> {
  const { announceFile, otherFiles, nowMs, peerId, isRunning, signal } = options;
  const methods = isRunning ? await options.askMethods(signal) : undefined;
  const ofMethods = methods === undefined ? {} : { methods: methods.map(toJson) };
  const conclude = (finding: Finding): Finding =>
    withMethods({ ...finding, details: { ...finding.details, ...ofMethods } }, methods);
  if (announceFile === false) {
    return {
      finding: conclude({ status: "skipped", message: "The announce file is switched off" }),
    };
  }
  const { live, stale, failures: [failure] } = await findAnnouncedNodes(
    [announceFile, ...otherFiles],
    { nowMs },
  );
  const written = live.find(({ path }) => path === announceFile);
  if (written !== undefined) {
    if (written.peerId === peerId) {
      return { finding: conclude(toAnnounced(written, nowMs)), value: written };
    }
    const value = isRunning ? live.find((each) => each.peerId === peerId) : written;
    return { finding: conclude(toOverwritten(written, isRunning)), value };
  }
  const left = stale.find(({ path }) => path === announceFile);
  const problem = failure === undefined
    ? toMissing(announceFile, { left, isRunning })
    : toFailure(failure);
  const finding = { ...problem, details: { ...problem.details, ...ofMethods } };
  const [other] = live;
  if (other === undefined || isRunning) return { finding };
  return { finding: toOther(other, finding), value: other };
}

function toJson({ method, ok, reason }: MethodHealth): JsonObject {
  return { method, ok, ...(reason !== undefined && { reason }) };
}

/** One way that does not work is worth knowing; there are others. */
function withMethods(finding: Finding, methods: readonly MethodHealth[] | undefined): Finding {
  const failing = methods?.filter(({ ok }) => !ok) ?? [];
  if (failing.length === 0) return finding;
  const reasons = failing.map(({ method, reason = "it failed" }) => `${method}: ${reason}`);
  return {
    ...finding,
    status: "warning",
    code: "discovery_failing",
    message: `${finding.message}; a way to find peers does not work: ${reasons.join("; ")}`,
    hint: "The node tries again by itself; its log has more",
  };
}

function toAnnounced({ path, multiaddr, writtenMs, pid }: AnnouncedNode, nowMs: number): Finding {
  const ageS = Math.max(0, Math.round((nowMs - writtenMs) / 1_000));
  const by = pid === undefined ? "" : ` by process ${pid}`;
  return {
    status: "ok",
    message: `${path} says ${multiaddr}, written ${ageS} s ago${by}`,
    details: { path, multiaddr, ageS, ...(pid !== undefined && { pid }) },
  };
}

function toMissing(
  path: string,
  { left, isRunning }: { readonly left: StaleNode | undefined; readonly isRunning: boolean },
): Finding {
  if (isRunning) {
    return {
      status: "failed",
      code: "not_announced",
      message: `This machine's node runs, and does not say so in ${path}`,
      hint: "It was started with another --announce-file, or cannot write there: its log says so",
    };
  }
  if (left === undefined) {
    return {
      status: "failed",
      code: "no_node",
      message: `No node runs on this machine: there is no ${path}`,
      hint: "Start one with mcpp serve, or give the address of another",
    };
  }
  const why = left.reason === "process_ended"
    ? `process ${left.pid}, which wrote it, has ended`
    : "it has expired";
  return {
    status: "failed",
    code: "announce_stale",
    message: `No node runs on this machine: ${path} is left over, as ${why}`,
    hint: "Start the node again with mcpp serve: it replaces the file",
    details: { reason: left.reason },
  };
}

/** All nodes of a user have one file, unless told otherwise; the last one to write it is found there. */
function toOverwritten({ path, multiaddr }: AnnouncedNode, isRunning: boolean): Finding {
  const other = `${path} says where another node of this machine is: ${multiaddr}`;
  if (isRunning) {
    return {
      status: "warning",
      code: "announced_other",
      message: `This node runs, but ${other}`,
      hint: "Give each node of this machine an --announce-file of its own",
    };
  }
  return {
    status: "warning",
    code: "no_node",
    message: `This node does not run; ${other}`,
    hint: "The other node is looked at",
  };
}

/** Another node of this machine is looked at in its place. */
function toOther({ path, multiaddr }: AnnouncedNode, finding: Finding): Finding {
  return {
    ...finding,
    status: "warning",
    message: `${finding.message}; but ${path} says ${multiaddr}`,
    hint: "The other node is looked at",
  };
}
