/** Write a text to standard output or standard error. */
export async function write(
  stream: { readonly writable: WritableStream<Uint8Array> },
  text: string,
): Promise<void> {
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}
