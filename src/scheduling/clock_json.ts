import { formatPythonFloat } from "./python_float.ts";
import { toPythonInt } from "./python_int.ts";

/** What a peer's clock may hold. */
export interface ClockBounds {
  /** How many entries, the own one included. */
  readonly maxEntries: number;
  /** The largest counter; `undefined` for any. */
  readonly maxCounter: bigint | undefined;
}

/** A clock as read. */
export interface ParsedClock {
  /** Node id; empty if there was none. */
  readonly nodeId: string;
  /** The entries, without the own one if it was missing. */
  readonly vector: ReadonlyMap<string, bigint>;
  /** The root that came with it; empty if there was none. */
  readonly root: string;
}

/**
 * Read a clock with Python's conversions.
 *
 * @param value The parsed JSON.
 * @param bounds What it may hold.
 * @returns The clock; `undefined` if it is none, or breaks a bound.
 */
export function parseClockJson(value: unknown, bounds: ClockBounds): ParsedClock | undefined {
  if (!isObject(value)) return undefined;
  const nodeId = toPythonText(value["node_id"]);
  const root = toPythonText(value["merkle_root"]);
  const vector = parseVector(value["vector"], bounds);
  if (nodeId === undefined || root === undefined || vector === undefined) return undefined;
  const ownEntries = nodeId === "" || vector.has(nodeId) ? 0 : 1;
  if (vector.size + ownEntries > bounds.maxEntries) return undefined;
  return { nodeId, vector, root };
}

function parseVector(value: unknown, bounds: ClockBounds): Map<string, bigint> | undefined {
  const vector = new Map<string, bigint>();
  if (!isObject(value)) return vector;
  for (const [nodeId, member] of Object.entries(value)) {
    if (nodeId === "") continue;
    if (vector.size === bounds.maxEntries) return undefined;
    const counter = toPythonInt(member);
    if (counter === undefined) return undefined;
    if (bounds.maxCounter !== undefined && counter > bounds.maxCounter) return undefined;
    vector.set(nodeId, counter);
  }
  return vector;
}

// Python makes text of whatever is there, and takes everything falsy for nothing. How it spells
// lists and objects is of no use in an id: these are refused.
function toPythonText(value: unknown): string | undefined {
  if ((!value && !Number.isNaN(value)) || isEmptyContainer(value)) return "";
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return "True";
    case "bigint":
      return String(value);
    case "number":
      return Number.isSafeInteger(value) ? String(value) : formatPythonFloat(value);
    default:
      return undefined;
  }
}

function isEmptyContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
