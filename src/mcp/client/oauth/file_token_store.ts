import { join } from "node:path";
import { isJsonObject, type JsonValue, parseJson, sha256Hex } from "../../../codec/mod.ts";
import { writeFileAtomically } from "../../../file/mod.ts";
import type { StoredLogin, TokenStore } from "./token_store.ts";

const OWNER_ONLY_FILE = 0o600;

/** Format of the files. */
const VERSION = 1;

/**
 * A store that keeps a file for each server, which only this user can read. A file is replaced as a
 * whole, so that programs that run at the same time never see half of one.
 *
 * @param directory Where the files are; made when the first is written.
 * @returns The store.
 */
export function createFileTokenStore(directory: string): TokenStore {
  const toPath = (resource: string): string => join(directory, `${sha256Hex(resource)}.json`);
  return {
    load: async (resource) => parseLogin(await readIfThere(toPath(resource)), resource),
    async save(resource, login) {
      const text = JSON.stringify({ version: VERSION, resource, ...login });
      await writeFileAtomically(toPath(resource), new TextEncoder().encode(`${text}\n`), {
        mode: OWNER_ONLY_FILE,
        isDurable: false,
      });
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A damaged file is as good as none: one logs in again. */
function parseLogin(text: string | undefined, resource: string): StoredLogin | undefined {
  if (text === undefined) return undefined;
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { version, resource: owner, current, issuers } = value;
  if (version !== VERSION || owner !== resource) return undefined;
  if (issuers === undefined || !isJsonObject(issuers)) return undefined;
  return {
    current: typeof current === "string" ? current : undefined,
    issuers: issuers as unknown as StoredLogin["issuers"],
  };
}
