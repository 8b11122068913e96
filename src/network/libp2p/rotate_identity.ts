import { generateKeyPair, privateKeyToProtobuf } from "@libp2p/crypto/keys";
import { writeFileAtomically } from "../../file/mod.ts";
import { IdentityUnreadableError } from "../errors.ts";
import { type Identity, loadOrCreateIdentity, readIdentity } from "./identity.ts";

/** What has become of an identity. */
export interface RotatedIdentity {
  /** Who the node was; `undefined` if it was nobody yet. */
  readonly before: Identity | undefined;
  /** Who the node is from now on. */
  readonly after: Identity;
  /** Where the old key is kept; `undefined` if there was none. */
  readonly backupPath: string | undefined;
}

/**
 * Give a node a new identity, and keep the old key beside it. At every moment the file holds one of
 * the two.
 *
 * @param path The file.
 * @param options The time, for the name of the backup; in milliseconds since the Unix epoch.
 * @returns Both identities.
 * @throws {IdentityUnreadableError} If a file cannot be read or written.
 * @throws {IdentityInvalidError} If the file holds something else; it is left as it is.
 */
export async function rotateIdentity(
  path: string,
  { nowMs }: { readonly nowMs: number },
): Promise<RotatedIdentity> {
  const before = await readIdentity(path);
  if (before === undefined) {
    return { before, after: await loadOrCreateIdentity(path), backupPath: undefined };
  }
  const day = new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
  const backupPath = `${path}.${day}.bak`;
  try {
    await Deno.link(path, backupPath);
    const key = privateKeyToProtobuf(await generateKeyPair("Ed25519"));
    await writeFileAtomically(path, key, { mode: 0o600 });
  } catch (error) {
    throw new IdentityUnreadableError(path, error);
  }
  return { before, after: await loadOrCreateIdentity(path), backupPath };
}
