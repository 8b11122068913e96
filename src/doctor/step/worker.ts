import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { QueueStatus } from "../../taskqueue/mod.ts";
import type { Outcome } from "../checklist.ts";
import type { Finding } from "../report.ts";

/** A worker that waits for work asks again more often than this. */
const SEEN_WITHIN_S = 120;
/** Of a long list the first ones say enough. */
const MAX_SHOWN = 8;
/** What a peer may say is more than anybody wants to have. */
const MAX_WORKERS = 32;
const MAX_TYPES = 32;
const MAX_NAME_LENGTH = 64;
/** A list of types that is not longer than this in all is whole. */
const WHOLE_LENGTH = 384;

/** What takes tasks. */
interface Taker {
  readonly name: string;
  /** Empty for any. */
  readonly types: readonly string[];
}

/**
 * See who does the work of a queue, and whether work waits that nobody does.
 *
 * @param status The queue's detailed status.
 * @param nowMs The time here, for a peer that does not tell its own; milliseconds.
 * @returns The finding.
 */
export function checkWorkers(
  status: QueueStatus,
  nowMs: number,
): Outcome<true> {
  const { raw = {} } = status;
  const takers = findTakers(raw, (status.timeMs ?? nowMs) / 1_000);
  const waiting = Object.entries(objectIn(raw, "queue", "queued_by_type"));
  const stuck = waiting.filter(([type]) => !takers.some((taker) => takes(taker, type)));
  const details = {
    workers: takers.slice(0, MAX_WORKERS).map(({ name, types }) => ({
      name,
      taskTypes: types.slice(0, MAX_TYPES).map(cut),
    })),
    waiting: Object.fromEntries(
      waiting.slice(0, MAX_TYPES).map(([type, count]) => [cut(type), count]),
    ),
  };
  return { finding: { ...judge(takers, stuck), details }, value: true };
}

function judge(
  takers: readonly Taker[],
  stuck: readonly (readonly [string, JsonValue | undefined])[],
): Finding {
  if (stuck.length > 0) {
    const types = stuck.map(([type, count]) => `${count} of type ${cut(type)}`);
    return {
      status: "failed",
      code: "no_worker_for_type",
      message: `Tasks wait that no worker takes: ${toList(types)}`,
      hint: "Start a worker that takes them, with mcpp worker --peer and this address; " +
        "mcpp worker --help says which types it takes",
    };
  }
  if (takers.length === 0) {
    return {
      status: "warning",
      code: "no_worker",
      message: "No worker takes tasks there now: what is submitted waits",
      hint: "Start one with mcpp worker --peer and this address, or that node without --no-worker",
    };
  }
  const shown = takers.map(({ name, types }) =>
    `${name} (${types.length === 0 ? "any type" : toList(types.map(cut))})`
  );
  return { status: "ok", message: `Tasks are taken by ${toList(shown)}` };
}

function toList(texts: readonly string[]): string {
  const more = texts.length > MAX_SHOWN ? ` and ${texts.length - MAX_SHOWN} more` : "";
  return texts.slice(0, MAX_SHOWN).join(", ") + more;
}

/** The node itself, and who has asked it for work lately. */
function findTakers(raw: JsonObject, nowS: number): readonly Taker[] {
  const own = objectIn(raw, "local_worker");
  const ownTypes = namesIn(own["supported_task_types"]);
  const known = objectIn(raw, "scheduler")["known_workers"];
  const others = (Array.isArray(known) ? known : []).filter(isRecord).filter((each) => {
    const lastSeenS = each["last_seen"];
    return typeof lastSeenS === "number" && nowS - lastSeenS <= SEEN_WITHIN_S &&
      each["peer_id"] !== raw["peer_id"];
  }).map((each) => ({
    name: cut(String(each["worker_id"] || each["peer_id"])),
    types: namesIn(each["supported_task_types"]),
  }));
  return [
    ...(ownTypes.length > 0 ? [{ name: "the node itself", types: ownTypes }] : []),
    ...others,
  ];
}

/** Nodes leave out a part of a long list: such a worker may take others, too. */
function takes({ types }: Taker, type: string): boolean {
  return types.length === 0 || types.includes(type) || types.join("").length > WHOLE_LENGTH;
}

function isRecord(value: JsonValue): value is JsonObject {
  return isJsonObject(value);
}

function namesIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function cut(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH);
}

/** Whatever a peer has sent, an object. */
function objectIn(value: JsonObject, ...path: readonly string[]): JsonObject {
  let inner: JsonObject = value;
  for (const name of path) {
    const next = inner[name];
    inner = next !== undefined && isJsonObject(next) ? next : {};
  }
  return inner;
}
