import type { Clock } from "../../../concurrency/mod.ts";
import type { TrustedPeer } from "../trust_list.ts";
import { InviteProtocolError } from "./errors.ts";
import { createNonce, createProof, isProof, type ProofSubject } from "./invite_proof.ts";
import { type KeyedInvite, stateOf } from "./invite_store.ts";
import type { JoinChannel } from "./join_channel.ts";
import { decodeJoinBody, encodeJoinBody, type InviteState, type JoinBody } from "./join_message.ts";
import type { ServeInvitesDeps } from "./serve_invites.ts";

/** The side that has invited. */
export class Inviter {
  readonly #deps: ServeInvitesDeps;
  readonly #clock: Clock;

  constructor(deps: ServeInvitesDeps) {
    this.#deps = deps;
    this.#clock = deps.clock;
  }

  /**
   * Let a peer join, or tell it why not.
   *
   * @throws {InviteProtocolError} If it sends nonsense, or a wrong proof.
   */
  async meet(channel: JoinChannel): Promise<void> {
    const { network, invites } = this.#deps;
    const { peerId } = channel;
    const hello = await channel.read("hello");
    const invite = await invites.find(hello.id);
    if (invite === undefined) return await this.#refuse(channel, "invite_not_found");
    const about = {
      inviter: network.peerId,
      joiner: peerId,
      inviterNonce: createNonce(),
      joinerNonce: hello.nonce,
    };
    const state = this.#stateFor(invite, peerId);
    const challenge = encodeJoinBody({ state, roles: invite.roles, addresses: [] });
    const nonce = about.inviterNonce;
    const proof = createProof(invite.key, { ...about, label: "inviter", body: challenge });
    await channel.write({ type: "challenge", nonce, body: challenge, proof });
    if (state !== "open") return this.#noteRefusal(peerId, toCode(state));
    const answer = await channel.read("answer");
    if (!isProof(invite.key, { ...about, label: "joiner", body: answer.body }, answer.proof)) {
      this.#noteRefusal(peerId, "bad_proof");
      throw new InviteProtocolError(peerId, "the proof is wrong", { offence: "bad_proof" });
    }
    const theirs = decodeJoinBody(answer.body, peerId);
    if (theirs === undefined) {
      throw new InviteProtocolError(peerId, "the answer makes no sense", { offence: "malformed" });
    }
    const welcome = await this.#letIn(invite, peerId, theirs);
    const subject: ProofSubject = { ...about, label: "welcome", body: encodeJoinBody(welcome) };
    const { body } = subject;
    await channel.write({ type: "welcome", body, proof: createProof(invite.key, subject) });
    if (welcome.state !== "open") this.#noteRefusal(peerId, toCode(welcome.state));
  }

  /** Answer a peer that asks too much. */
  async turnAway(channel: JoinChannel): Promise<void> {
    this.#deps.network.noteOffence(channel.peerId, "flood");
    await this.#refuse(channel, "too_many_attempts");
  }

  /** What the peer that shows an invitation is told has become of it. */
  #stateFor(invite: KeyedInvite, peerId: string): InviteState {
    const trusted = this.#deps.trust.get(peerId);
    // Only its owner takes back what a person has revoked.
    if (trusted?.isRevoked === true) return "refused";
    const nowMs = this.#clock.now();
    const isRepeated = invite.usedBy === peerId && trusted !== undefined;
    return isRepeated && nowMs < invite.expiresMs ? "open" : stateOf(invite, nowMs);
  }

  async #letIn(invite: KeyedInvite, peerId: string, theirs: JoinBody): Promise<JoinBody> {
    const { invites, trust, network, logger } = this.#deps;
    const taken = await invites.take(invite.id, peerId);
    const before = trust.get(peerId);
    const addresses = network.multiaddrs();
    if (taken === "again") {
      // What it may do has been settled, and perhaps changed since.
      const state = before === undefined || before.isRevoked ? "used" : "open";
      return { state, roles: before?.roles ?? [], addresses: state === "open" ? addresses : [] };
    }
    if (taken !== "taken") return { state: taken, roles: [], addresses: [] };
    const peer = await this.#trust(invite, peerId, theirs);
    if (peer.isRevoked) {
      await invites.giveBack(invite.id, peerId);
      return { state: "refused", roles: [], addresses: [] };
    }
    const { roles } = peer;
    logger?.info("Peer has joined by an invitation", { peerId, roles, invite: invite.id });
    return { state: "open", roles, addresses };
  }

  async #trust(invite: KeyedInvite, peerId: string, theirs: JoinBody): Promise<TrustedPeer> {
    const { invites, trust } = this.#deps;
    const { roles, name } = invite;
    const multiaddrs = theirs.addresses.length === 0 ? undefined : theirs.addresses;
    try {
      return await trust.grant({ peerId, roles, source: "invite", name, multiaddrs });
    } catch (error) {
      await invites.giveBack(invite.id, peerId);
      throw error;
    }
  }

  async #refuse(channel: JoinChannel, code: string): Promise<void> {
    this.#noteRefusal(channel.peerId, code);
    await channel.write({ type: "refusal", code });
  }

  #noteRefusal(peerId: string, reason: string): void {
    this.#deps.onRefusal?.({ peerId, reason, subject: "join" });
    this.#deps.logger?.debug("Peer not let in by an invitation", { peerId, reason });
  }
}

function toCode(state: Exclude<InviteState, "open">): string {
  return `invite_${state}`;
}
