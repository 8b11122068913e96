import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from "@libp2p/crypto/keys";
import type { Ed25519PrivateKey } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { writeFileAtomically } from "../../file/mod.ts";
import { IdentityInvalidError, IdentityUnreadableError } from "../errors.ts";

/** Who a node is: a peer id, and behind it the key that proves it, which it does not show. */
export interface Identity {
  /** The node's id. */
  readonly peerId: string;
}

// Apart from the identity, so that no log and no encoder can come across it.
const privateKeys = new WeakMap<Identity, Ed25519PrivateKey>();

/**
 * Create an identity that lasts as long as the program.
 *
 * @returns A new identity.
 */
export async function createIdentity(): Promise<Identity> {
  return fromPrivateKey(await generateKeyPair("Ed25519"));
}

/**
 * Load the identity of a node, or create it if there is none: a node keeps its peer id.
 *
 * The file holds an Ed25519 key as libp2p's `PrivateKey` protobuf and is readable by its owner
 * only. When several processes create it at once, all get the one that was first.
 *
 * @param path The file. Missing directories are made.
 * @returns The identity.
 * @throws {IdentityUnreadableError} If the file cannot be read or written.
 * @throws {IdentityInvalidError} If it holds something else; it is left as it is.
 *
 * @example The same node twice
 * ```ts
 * import { loadOrCreateIdentity } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * const first = await loadOrCreateIdentity(`${directory}/identity.key`);
 * const second = await loadOrCreateIdentity(`${directory}/identity.key`);
 * assert.equal(first.peerId, second.peerId);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function loadOrCreateIdentity(path: string): Promise<Identity> {
  try {
    const bytes = await readIfThere(path) ?? await create(path);
    return parseIdentity(path, bytes);
  } catch (error) {
    if (error instanceof IdentityInvalidError) throw error;
    throw new IdentityUnreadableError(path, error);
  }
}

/**
 * Read the identity of a node, if it has one.
 *
 * @param path The file.
 * @returns The identity; `undefined` if there is no file.
 * @throws {IdentityUnreadableError} If the file cannot be read.
 * @throws {IdentityInvalidError} If it holds something else.
 */
export async function readIdentity(path: string): Promise<Identity | undefined> {
  try {
    const bytes = await readIfThere(path);
    return bytes && parseIdentity(path, bytes);
  } catch (error) {
    if (error instanceof IdentityInvalidError) throw error;
    throw new IdentityUnreadableError(path, error);
  }
}

/**
 * The key of an identity, for libp2p.
 *
 * @throws {TypeError} If the identity was not made here.
 */
export function privateKeyOf(identity: Identity): Ed25519PrivateKey {
  const privateKey = privateKeys.get(identity);
  if (privateKey === undefined) {
    throw new TypeError(`Cannot use identity as its key is unknown: peer "${identity.peerId}"`);
  }
  return privateKey;
}

function fromPrivateKey(privateKey: Ed25519PrivateKey): Identity {
  const identity = Object.freeze({ peerId: peerIdFromPrivateKey(privateKey).toString() });
  privateKeys.set(identity, privateKey);
  return identity;
}

async function create(path: string): Promise<Uint8Array> {
  const bytes = privateKeyToProtobuf(await generateKeyPair("Ed25519"));
  try {
    await writeFileAtomically(path, bytes, { mode: 0o600, createNew: true });
    return bytes;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return await Deno.readFile(path);
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function parseIdentity(path: string, bytes: Uint8Array): Identity {
  const privateKey = decode(path, bytes);
  if (privateKey.type !== "Ed25519") throw new IdentityInvalidError(path);
  return fromPrivateKey(privateKey);
}

function decode(path: string, bytes: Uint8Array): ReturnType<typeof privateKeyFromProtobuf> {
  try {
    return privateKeyFromProtobuf(bytes);
  } catch (error) {
    throw new IdentityInvalidError(path, error);
  }
}
