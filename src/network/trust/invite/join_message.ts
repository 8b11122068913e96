import {
  decodeUtf8,
  isJsonObject,
  type JsonObject,
  parseJson,
  toJson,
} from "../../../codec/mod.ts";
import { isRole, type Role } from "../role.ts";
import { toPeerAddress } from "../../discovery/peer_address.ts";
import { MAX_ADDRESSES } from "./limits.ts";

/** What the two sides tell each other, in this order; the inviter may refuse instead. */
export type JoinMessage =
  | { readonly type: "hello"; readonly id: string; readonly nonce: string }
  | {
    readonly type: "challenge";
    readonly nonce: string;
    readonly body: string;
    readonly proof: string;
  }
  | { readonly type: "answer"; readonly body: string; readonly proof: string }
  | { readonly type: "welcome"; readonly body: string; readonly proof: string }
  | { readonly type: "refusal"; readonly code: string };

/** What has become of an invitation, seen from the peer that shows it. */
export type InviteState = "open" | "expired" | "used" | "cancelled" | "refused";

/** What is said under a proof. */
export interface JoinBody {
  /** What has become of the invitation; whoever answers is told only while it is open. */
  readonly state: InviteState;
  /** What the other side may do from now on. */
  readonly roles: readonly Role[];
  /** Where the sender is. */
  readonly addresses: readonly string[];
}

const STATES: readonly InviteState[] = ["open", "expired", "used", "cancelled", "refused"];
const ID = /^[0-9a-f]{16}$/;
const NONCE = /^[0-9a-f]{64}$/;
const PROOF = /^[0-9a-f]{64}$/;
const REFUSAL = /^[a-z_]{1,64}$/;
const MAX_ROLES = 32;

/** The bytes of a message. */
export function encodeJoinMessage(message: JoinMessage): string {
  return toJson({ ...message });
}

/**
 * Read a message.
 *
 * @param bytes What was received.
 * @returns The message, or `undefined` if it is none.
 */
export function decodeJoinMessage(bytes: Uint8Array): JoinMessage | undefined {
  const content = tryParseObject(() => decodeUtf8(bytes));
  if (content === undefined) return undefined;
  const { type } = content;
  const id = read(content, "id", ID);
  const nonce = read(content, "nonce", NONCE);
  const proof = read(content, "proof", PROOF);
  const code = read(content, "code", REFUSAL);
  const body = read(content, "body", /^/);
  if (type === "refusal" && code !== undefined) return { type, code };
  if (type === "hello" && id !== undefined && nonce !== undefined) return { type, id, nonce };
  if (body === undefined || proof === undefined) return undefined;
  if (type === "challenge" && nonce !== undefined) return { type, nonce, body, proof };
  if (type === "answer" || type === "welcome") return { type, body, proof };
  return undefined;
}

/** The text of a body: both sides sign these very characters. */
export function encodeJoinBody({ state, roles, addresses }: JoinBody): string {
  return toJson({ state, roles: [...roles], addresses: addresses.slice(0, MAX_ADDRESSES) });
}

/**
 * Read a body whose proof was right.
 *
 * @param text The body.
 * @param peerId Who says it: addresses that lead to others are left out.
 * @returns What it says, or `undefined` if it makes no sense. Roles of later versions are left out.
 */
export function decodeJoinBody(text: string, peerId: string): JoinBody | undefined {
  const content = tryParseObject(() => text);
  const state = STATES.find((each) => each === content?.["state"]);
  const { roles, addresses } = content ?? {};
  if (state === undefined || !Array.isArray(roles) || !Array.isArray(addresses)) return undefined;
  return {
    state,
    roles: [...new Set(roles.slice(0, MAX_ROLES).filter(isRole))],
    addresses: toOwnAddresses(addresses.filter((each) => typeof each === "string"), peerId),
  };
}

/**
 * Addresses as they are kept.
 *
 * @param addresses What somebody has claimed.
 * @param peerId Whose addresses they are to be.
 */
export function toOwnAddresses(addresses: readonly string[], peerId: string): readonly string[] {
  const own = addresses.slice(0, MAX_ADDRESSES).map((each) => toPeerAddress(each, peerId));
  return [...new Set(own.filter((each) => each !== undefined))];
}

function read(content: JsonObject, name: string, pattern: RegExp): string | undefined {
  const value = content[name];
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

/** What is not UTF-8, not JSON or no object is nonsense. */
function tryParseObject(read: () => string): JsonObject | undefined {
  try {
    const value = parseJson(read());
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
