/** More than any answer needs that waits for nothing. */
const MAX_TURNS = 64;

/**
 * Let run what is ready to run, as long as there is something to wait for. No time passes meanwhile: what
 * needs a timer, a file or a peer is not waited for.
 *
 * @param isPending Whether to go on.
 */
export async function letRunWhile(isPending: () => boolean): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS && isPending(); turn++) await undefined;
}
