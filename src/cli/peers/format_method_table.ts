import { formatAge } from "../format_age.ts";
import { formatTable } from "../format_table.ts";
import type { ShownMethod } from "./shown_peer.ts";

const HEAD = ["METHOD", "STATE", "PEERS", "LAST ROUND", ""];

/**
 * How each way to find peers does, for a person.
 *
 * @param methods The ways.
 * @param nowMs Now, in milliseconds since the epoch.
 * @returns A line for each.
 */
export function formatMethodTable(methods: readonly ShownMethod[], nowMs: number): string {
  return formatTable(
    HEAD,
    methods.map((method) => [
      method.method,
      method.ok === undefined ? "starting" : method.ok ? "ok" : "failing",
      String(method.peers),
      formatRound(method, nowMs),
      method.ok === false ? method.reason : "",
    ]),
  );
}

function formatRound(method: ShownMethod, nowMs: number): string {
  const { "last_success": atS, "last_duration_s": tookS, failures } = method;
  if (method.ok === undefined) return "";
  if (!method.ok) {
    return `${failures} failed${atS === 0 ? "" : `, ok ${formatAge(atS, nowMs)} ago`}`;
  }
  const took = tookS === undefined ? "" : `, ${formatSeconds(tookS)}`;
  return `${formatAge(atS, nowMs)} ago${took}`;
}

/**
 * How long something took, for a person.
 *
 * @param seconds The time.
 * @returns Such as `12 ms` or `3.4 s`.
 */
export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
