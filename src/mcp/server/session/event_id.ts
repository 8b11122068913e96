/** Where a client is: on which stream of its session, and after which event. */
export interface EventPosition {
  /** The stream. */
  readonly streamId: number;
  /** The last event seen. */
  readonly seq: number;
}

/** Up to 15 digits are exact. */
const EVENT_ID = /^(0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,14})$/;

/**
 * The id of an event, by which a client says how far it is.
 *
 * @param position Stream and number.
 * @returns The id: both, as text.
 */
export function toEventId({ streamId, seq }: EventPosition): string {
  return `${streamId}-${seq}`;
}

/**
 * Read a client's `Last-Event-ID`.
 *
 * @param id The header.
 * @returns Where the client is; `undefined` if that is no id of ours.
 */
export function parseEventId(id: string): EventPosition | undefined {
  const [, streamId, seq] = EVENT_ID.exec(id) ?? [];
  if (streamId === undefined || seq === undefined) return undefined;
  return { streamId: Number(streamId), seq: Number(seq) };
}
