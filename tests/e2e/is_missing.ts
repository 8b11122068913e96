/**
 * Whether something that a test needs is missing here. In CI nothing may be: there the test runs, and
 * fails. On a user's machine it is skipped, and says so.
 *
 * @param what For the message.
 * @param isThere Looks whether it is there.
 */
export async function isMissing(what: string, isThere: () => Promise<boolean>): Promise<boolean> {
  if (Deno.env.get("CI") === "true" || await isThere()) return false;
  const text = `SKIPPED: tests that need ${what}, which cannot be had here\n`;
  await Deno.stderr.write(new TextEncoder().encode(text));
  return true;
}
