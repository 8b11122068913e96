import { Buffer } from "node:buffer";
import { isJsonObject, type JsonValue, parseJson } from "../../../codec/mod.ts";
import { isRole } from "../role.ts";
import type { KeyedInvite } from "./invite_store.ts";

const VERSION = 1;
const KEY = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f]{16}$/;

/** The text of the file. */
export function encodeInvites(invites: readonly KeyedInvite[]): string {
  const entries = invites.map(({ key, roles, ...invite }) => ({
    ...invite,
    roles: [...roles],
    key: Buffer.from(key).toString("hex"),
  }));
  return `${JSON.stringify({ version: VERSION, invites: entries })}\n`;
}

/**
 * Read the file.
 *
 * @param text What it holds.
 * @returns The invitations.
 * @throws {Error} If it holds something else.
 */
export function decodeInvites(text: string): readonly KeyedInvite[] {
  const content = parseJson(text);
  if (!isJsonObject(content) || content["version"] !== VERSION) throw new Error("Wrong version");
  const { invites } = content;
  if (!Array.isArray(invites)) throw new Error("No list");
  return invites.map(decodeInvite);
}

function decodeInvite(entry: JsonValue): KeyedInvite {
  if (!isJsonObject(entry)) throw new Error("No object");
  const { id, key, roles, name, createdMs, expiresMs, usedBy, isCancelled } = entry;
  if (typeof id !== "string" || !ID.test(id)) throw new Error("Wrong id");
  if (typeof key !== "string" || !KEY.test(key)) throw new Error("Wrong key");
  if (!Array.isArray(roles) || !roles.every(isRole)) throw new Error("Wrong roles");
  if (typeof createdMs !== "number" || typeof expiresMs !== "number") throw new Error("Wrong time");
  return {
    id,
    key: new Uint8Array(Buffer.from(key, "hex")),
    roles,
    createdMs,
    expiresMs,
    // What is damaged is used up rather than open.
    isCancelled: isCancelled !== false,
    ...(typeof name === "string" && { name }),
    ...(typeof usedBy === "string" && { usedBy }),
  };
}
