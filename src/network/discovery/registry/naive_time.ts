/** ISO 8601 with or without a zone; nothing else that `Date.parse` might understand. */
const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A time as Python's `datetime.utcnow().isoformat()` writes it: UTC, and no zone that says so.
 *
 * One record with a zone makes a Python reader fail, which hides every peer from it.
 *
 * @param epochMs Milliseconds since the Unix epoch, which may have microseconds behind the point.
 * @returns The text, such as `2026-02-13T23:58:00.123456`.
 */
export function toNaiveTime(epochMs: number): string {
  const epochUs = Math.round(epochMs * 1000);
  const micros = epochUs % 1_000_000;
  const seconds = new Date((epochUs - micros) / 1000).toISOString().slice(0, 19);
  return micros === 0 ? seconds : `${seconds}.${String(micros).padStart(6, "0")}`;
}

/**
 * Read a time that is meant as UTC, also from a writer that does say the zone.
 *
 * @param text The text.
 * @returns Milliseconds since the Unix epoch, or `undefined` if it is no time.
 */
export function parseNaiveTime(text: string): number | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = "0", zone = "Z"] = match;
  const wholeMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(wholeMs) ? undefined : wholeMs + Number(`0.${fraction}`) * 1000;
}
