import { MEMBER_ROLES, type Role } from "../role.ts";
import { InviteProtocolError, InviteRefusedError } from "./errors.ts";
import { createNonce, createProof, type InviteKey, isProof } from "./invite_proof.ts";
import type { JoinChannel } from "./join_channel.ts";
import { decodeJoinBody, encodeJoinBody, type JoinBody } from "./join_message.ts";

/** Who joins, and what it offers. */
export interface JoinExchangeOptions {
  /** This node. */
  readonly selfPeerId: string;
  /** What was made of the code. */
  readonly invite: InviteKey;
  /** What the inviter may do here. @default {undefined} what this node may do there, but not all */
  readonly grant: readonly Role[] | undefined;
  /** Where this node is. */
  readonly addresses: readonly string[];
}

/** What was agreed on. */
export interface JoinAgreement {
  /** What this node may do there. */
  readonly roles: readonly Role[];
  /** What the inviter may do here. */
  readonly granted: readonly Role[];
  /** Where it says it is. */
  readonly addresses: readonly string[];
}

/**
 * Show an invitation to a peer that may have made it.
 *
 * @param channel The peer.
 * @param options Who shows it.
 * @returns What was agreed on; `undefined` if the peer does not know the invitation.
 * @throws {InviteRefusedError} If the peer has made it, and does not accept it.
 * @throws {InviteProtocolError} If it sends nonsense, or does not prove that it knows the code.
 */
export async function showInvite(
  channel: JoinChannel,
  options: JoinExchangeOptions,
): Promise<JoinAgreement | undefined> {
  const { invite: { id, key }, selfPeerId } = options;
  const { peerId } = channel;
  const joinerNonce = createNonce();
  await channel.write({ type: "hello", id, nonce: joinerNonce });
  const challenge = await channel.read("challenge", "refusal");
  // Without a proof it says nothing: whoever wants to can say so.
  if (challenge.type === "refusal") {
    if (challenge.code === "invite_not_found") return undefined;
    throw new InviteProtocolError(peerId, `it refuses to (${challenge.code})`);
  }
  const inviterNonce = challenge.nonce;
  const about = { inviter: peerId, joiner: selfPeerId, inviterNonce, joinerNonce };
  const open = (label: "inviter" | "welcome", message: Signed): JoinBody => {
    if (!isProof(key, { ...about, label, body: message.body }, message.proof)) {
      throw new InviteProtocolError(peerId, "the proof is wrong", { offence: "bad_proof" });
    }
    return checkBody(message.body, peerId);
  };
  const { roles } = open("inviter", challenge);
  const granted = options.grant ?? toGrant(roles);
  const body = encodeJoinBody({ state: "open", roles: granted, addresses: options.addresses });
  const proof = createProof(key, { ...about, label: "joiner", body });
  await channel.write({ type: "answer", body, proof });
  const welcome = open("welcome", await channel.read("welcome"));
  return { roles: welcome.roles, granted, addresses: welcome.addresses };
}

interface Signed {
  readonly body: string;
  readonly proof: string;
}

function checkBody(text: string, peerId: string): JoinBody {
  const body = decodeJoinBody(text, peerId);
  if (body === undefined) throw new InviteProtocolError(peerId, "the answer makes no sense");
  if (body.state !== "open") throw new InviteRefusedError(`invite_${body.state}`, peerId);
  return body;
}

/** The same as one gets oneself; nobody becomes master here for having invited. */
function toGrant(roles: readonly Role[]): readonly Role[] {
  const isAdmin = roles.includes("admin");
  return isAdmin || roles.length === 0 ? MEMBER_ROLES : roles;
}
