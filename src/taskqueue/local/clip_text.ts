const encoder = new TextEncoder();

/** A text with at most so many UTF-16 units; `…` stands for what was cut off. */
export function clipText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** A text with at most so many bytes in UTF-8; `…` stands for what was cut off. */
export function clipBytes(text: string, maxBytes: number): string {
  // A UTF-16 unit takes 3 bytes at most.
  if (text.length * 3 <= maxBytes) return text;
  const room = new Uint8Array(maxBytes);
  if (encoder.encodeInto(text, room).read === text.length) return text;
  const { read } = encoder.encodeInto(text, room.subarray(0, maxBytes - 3));
  return `${text.slice(0, read)}…`;
}
