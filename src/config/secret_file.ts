import { toErrorMessage } from "../error/mod.ts";
import { SecretFileError } from "./errors.ts";

const MAX_CHARACTERS = 16_384;
const MAX_LIST_CHARACTERS = 1024 * 1024;
const OTHERS_READ = 0o004;

/** A secret that was read from a file. */
export interface SecretFile {
  /** The secret, without white space around it. */
  readonly value: string;
  /** What a person should be told, such as that others can read the file. */
  readonly warnings: readonly string[];
}

/**
 * Read a secret from a file that holds nothing else, on one line.
 *
 * @param path The file; may be a pipe.
 * @returns The secret, and warnings.
 * @throws {SecretFileError} If the file is missing, unreadable, empty, or holds several lines.
 */
export async function readSecretFile(path: string): Promise<SecretFile> {
  const secret = await readLimited(path, MAX_CHARACTERS);
  if (/[\r\n]/.test(secret.value)) {
    throw new SecretFileError(path, "the file holds more than one line");
  }
  return secret;
}

/**
 * Read secrets from a file that may hold several, on lines.
 *
 * @param path The file; may be a pipe.
 * @returns The text, and warnings.
 * @throws {SecretFileError} If the file is missing, unreadable or empty.
 */
export function readSecretText(path: string): Promise<SecretFile> {
  return readLimited(path, MAX_LIST_CHARACTERS);
}

async function readLimited(path: string, maxCharacters: number): Promise<SecretFile> {
  const { text, mode } = await read(path);
  const value = text.trim();
  if (value === "") throw new SecretFileError(path, "the file is empty");
  if (value.length > maxCharacters) {
    throw new SecretFileError(path, `it is longer than ${maxCharacters} characters`);
  }
  const isPublic = mode !== null && (mode & OTHERS_READ) !== 0;
  const warnings = isPublic
    ? [`Every user of this machine can read the secret: file "${path}"`]
    : [];
  return { value, warnings };
}

async function read(path: string): Promise<{ text: string; mode: number | null }> {
  try {
    const { mode } = await Deno.stat(path);
    return { text: await Deno.readTextFile(path), mode };
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : `the file cannot be read (${toErrorMessage(error)})`;
    const hint = "Write the secret into the file, readable by you only";
    throw new SecretFileError(path, reason, { cause: error, hint });
  }
}
