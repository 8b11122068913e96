/**
 * A QR code for a terminal, two rows a line, in half blocks.
 *
 * The light parts are drawn in the colour of the text: that is right on a dark background, and on a light
 * one scanners take it for the inverted code that it is.
 *
 * @param text What it says.
 * @returns The lines.
 */
export async function formatQrCode(text: string): Promise<string> {
  // Loaded when a person looks.
  const { renderUnicodeCompact } = await import("uqr");
  return renderUnicodeCompact(text, { border: 2 });
}
