import assert from "node:assert/strict";
import { encodeFrame, FrameDecoder } from "../../../../../src/codec/mod.ts";
import { runTaskGroup } from "../../../../../src/concurrency/mod.ts";
import { type Stream, StreamResetError } from "../../../../../src/network/mod.ts";
import { JOIN_PROTOCOL } from "../../../../../src/network/trust/invite/mod.ts";
import { parseInviteCode } from "../../../../../src/network/trust/invite/invite_code.ts";
import {
  createNonce,
  createProof,
  deriveInviteKey,
} from "../../../../../src/network/trust/invite/invite_proof.ts";
import { INVITER, withInviter } from "./with_inviter.ts";

const REQUEST = { roles: ["submit"], lifetimeMs: 60_000 } as const;
const FRAME = { maxFrameBytes: 64 * 1024 };
const BODY = JSON.stringify({ state: "open", roles: ["submit"], addresses: [] });

type Message = Readonly<Record<string, string>>;

/** Messages as anybody can make them. */
class RawPeer {
  readonly stream: Stream;
  readonly #decoder = new FrameDecoder(FRAME);
  readonly #bodies: Uint8Array[] = [];

  constructor(stream: Stream) {
    this.stream = stream;
  }

  async send(message: Message): Promise<void> {
    await this.stream.write(encodeFrame(JSON.stringify(message), FRAME));
  }

  /** The next message; `undefined` after the end. */
  async receive(): Promise<Message | undefined> {
    for (;;) {
      const body = this.#bodies.shift();
      if (body !== undefined) return JSON.parse(new TextDecoder().decode(body));
      const chunk = await this.stream.read();
      if (chunk === null) return undefined;
      this.#bodies.push(...this.#decoder.decode(chunk));
    }
  }

  async ask(message: Message): Promise<Message> {
    await this.send(message);
    const answer = await this.receive();
    assert.ok(answer !== undefined, "there is no answer");
    return answer;
  }

  /** Everything ends with an error, and not with an answer. */
  async assertCutOff(): Promise<void> {
    await assert.rejects(this.receive(), StreamResetError);
  }
}

function keyOf(code: string) {
  return deriveInviteKey(parseInviteCode(code));
}

/** What an honest joiner would answer. */
function createAnswer(
  code: string,
  about: { readonly challenge: Message; readonly joiner: string; readonly nonce: string },
): Message {
  const proof = createProof(keyOf(code).key, {
    label: "joiner",
    inviter: INVITER,
    joiner: about.joiner,
    inviterNonce: about.challenge["nonce"] ?? "",
    joinerNonce: about.nonce,
    body: BODY,
  });
  return { type: "answer", body: BODY, proof };
}

// docs/protocol.md, 7.3
Deno.test("serveInvites answers an exchange that is made by hand, byte for byte as described", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const { code, invite } = await invites.create(REQUEST);
    const bob = await openPeer("bob");
    const raw = new RawPeer(await bob.openStream());
    const nonce = createNonce();
    const challenge = await raw.ask({ type: "hello", id: invite.id, nonce });
    const about = { inviter: INVITER, joiner: "bob", joinerNonce: nonce };
    const { key } = keyOf(code);
    const inviterNonce = challenge["nonce"] ?? "";
    const first = {
      ...about,
      inviterNonce,
      label: "inviter",
      body: challenge["body"] ?? "",
    } as const;
    assert.equal(challenge["type"], "challenge");
    assert.equal(challenge["proof"], createProof(key, first));
    assert.deepEqual(JSON.parse(first.body), { state: "open", roles: ["submit"], addresses: [] });
    const welcome = await raw.ask(createAnswer(code, { challenge, joiner: "bob", nonce }));
    const last = { ...about, inviterNonce, label: "welcome", body: welcome["body"] ?? "" } as const;
    assert.equal(welcome["type"], "welcome");
    assert.equal(welcome["proof"], createProof(key, last));
    assert.deepEqual(JSON.parse(last.body), {
      state: "open",
      roles: ["submit"],
      addresses: [`/memory/${INVITER}/p2p/${INVITER}`],
    });
    assert.equal(await raw.receive(), undefined);
    assert.equal(trust.get("bob")?.source, "invite");
    await raw.stream.close();
  }));

Deno.test("serveInvites takes no recording of another exchange for a proof", () =>
  withInviter(async ({ openPeer, invites, trust, offences, refusals }) => {
    const { code, invite } = await invites.create(REQUEST);
    const bob = await openPeer("bob");
    const nonce = createNonce();
    const honest = new RawPeer(await bob.openStream());
    const challenge = await honest.ask({ type: "hello", id: invite.id, nonce });
    const recorded = createAnswer(code, { challenge, joiner: "bob", nonce });
    // The very same messages, by the same peer and by another one.
    for (const thief of [bob, await openPeer("eve")]) {
      const replay = new RawPeer(await thief.openStream());
      await replay.ask({ type: "hello", id: invite.id, nonce });
      await replay.send(recorded);
      await replay.assertCutOff();
    }
    assert.deepEqual(trust.list(), []);
    assert.equal((await invites.find(invite.id))?.usedBy, undefined);
    assert.deepEqual(offences, [["bob", "bad_proof"], ["eve", "bad_proof"]]);
    assert.deepEqual(refusals, [
      { peerId: "bob", reason: "bad_proof", subject: "join" },
      { peerId: "eve", reason: "bad_proof", subject: "join" },
    ]);
    assert.equal((await honest.ask(recorded))["type"], "welcome");
    await honest.stream.close();
  }));

Deno.test("serveInvites does not let in who passes on what others say", () =>
  withInviter(async ({ openPeer, invites, trust, offences }) => {
    const { code, invite } = await invites.create(REQUEST);
    const mallory = await openPeer("mallory");
    const bob = await openPeer("bob");
    await runTaskGroup(async (group) => {
      // To bob it looks like a node that knows the invitation, to the inviter like bob.
      await mallory.network.handle(group, JOIN_PROTOCOL, async (inbound) => {
        const [near, far] = [new RawPeer(inbound), new RawPeer(await mallory.openStream())];
        const challenge = await far.ask(await near.receive() ?? {});
        await near.send(challenge);
        await far.send(await near.receive() ?? {});
        await far.receive();
      });
      await assert.rejects(bob.join(code, { at: "/memory/mallory" }), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /the proof is wrong|not served|reset/);
        return true;
      });
      // Nor is it enough to hand on an answer that was made for somebody else.
      const nonce = createNonce();
      const far = new RawPeer(await mallory.openStream());
      const challenge = await far.ask({ type: "hello", id: invite.id, nonce });
      await far.send(createAnswer(code, { challenge, joiner: "bob", nonce }));
      await far.assertCutOff();
      group.cancel();
    });
    assert.deepEqual(trust.list(), []);
    assert.deepEqual(bob.trust.list(), []);
    assert.deepEqual(offences, [["mallory", "bad_proof"]]);
    await bob.join(code, { at: `/memory/${INVITER}` });
  }));

Deno.test("serveInvites takes its own proof back for none", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const { invite } = await invites.create(REQUEST);
    const eve = await openPeer("eve");
    const raw = new RawPeer(await eve.openStream());
    const { body = "", proof = "" } = await raw.ask({
      type: "hello",
      id: invite.id,
      nonce: createNonce(),
    });
    await raw.send({ type: "answer", body, proof });
    await raw.assertCutOff();
    assert.deepEqual(trust.list(), []);
  }));

// docs/protocol.md, 7.4
Deno.test("serveInvites says nothing about an invitation that it does not have", () =>
  withInviter(async ({ openPeer, invites, offences, refusals }) => {
    await invites.create(REQUEST);
    const eve = await openPeer("eve");
    const raw = new RawPeer(await eve.openStream());
    const answer = await raw.ask({ type: "hello", id: "0".repeat(16), nonce: createNonce() });
    assert.deepEqual(answer, { type: "refusal", code: "invite_not_found" });
    assert.equal(await raw.receive(), undefined);
    assert.deepEqual(refusals, [{ peerId: "eve", reason: "invite_not_found", subject: "join" }]);
    // Who has a code asks everybody: that is how the inviter is found.
    assert.deepEqual(offences, []);
    await raw.stream.close();
  }));

// docs/protocol.md, 7.6
Deno.test("serveInvites answers a limited number of attempts of one peer", () =>
  withInviter(async ({ openPeer, invites, offences, clock }) => {
    const { invite } = await invites.create(REQUEST);
    const eve = await openPeer("eve");
    const hello = { type: "hello", id: invite.id, nonce: createNonce() };
    const attempt = async (peer: typeof eve): Promise<Message> => {
      const raw = new RawPeer(await peer.openStream());
      const answer = await raw.ask(hello);
      raw.stream.abort(new Error("Enough"));
      return answer;
    };
    for (let count = 0; count < 3; count++) assert.equal((await attempt(eve))["type"], "challenge");
    assert.deepEqual(await attempt(eve), { type: "refusal", code: "too_many_attempts" });
    assert.deepEqual(offences, [["eve", "flood"]]);
    // Others are not concerned, nor is the peer itself a minute later.
    assert.equal((await attempt(await openPeer("bob")))["type"], "challenge");
    await clock.advance(60_000);
    assert.equal((await attempt(eve))["type"], "challenge");
  }, { maxAttemptsPerMinute: 3 }));

Deno.test("serveInvites ends an exchange that makes no sense, and notes the offence", () =>
  withInviter(async ({ openPeer, invites, offences, trust, logger }) => {
    const { invite } = await invites.create(REQUEST);
    const hello = { type: "hello", id: invite.id, nonce: createNonce() };
    const proof = "0".repeat(64);
    const nonsense: readonly (readonly Message[])[] = [
      [{}],
      [{ type: "hello" }],
      [{ ...hello, id: `../${invite.id}` }],
      [{ ...hello, nonce: "" }],
      [{ type: "answer", body: BODY, proof }],
      [{ type: "welcome", body: BODY, proof }],
      [hello, hello],
      [hello, { type: "answer", body: BODY }],
    ];
    for (const [index, messages] of nonsense.entries()) {
      const peer = await openPeer(`peer${index}`);
      const raw = new RawPeer(await peer.openStream());
      for (const [step, message] of messages.entries()) {
        if (step === messages.length - 1) await raw.send(message);
        else await raw.ask(message);
      }
      await raw.assertCutOff();
      assert.deepEqual(offences.at(-1), [`peer${index}`, "malformed"]);
    }
    const garbage = await openPeer("garbage");
    for (const bytes of [Uint8Array.of(0, 0, 0, 2, 0xff, 0xfe), Uint8Array.of(0, 0, 0, 0)]) {
      const raw = new RawPeer(await garbage.openStream());
      await raw.stream.write(bytes);
      await raw.assertCutOff();
      assert.deepEqual(offences.at(-1), ["garbage", "malformed"]);
    }
    assert.deepEqual(trust.list(), []);
    assert.deepEqual(logger.lines.filter(([level]) => level === "warn"), []);
  }));

Deno.test("serveInvites does not wait for a message that is announced as too large", () =>
  withInviter(async ({ openPeer, offences }) => {
    const raw = new RawPeer(await (await openPeer("eve")).openStream());
    await raw.stream.write(Uint8Array.of(0, 0, 0x40, 1));
    await raw.assertCutOff();
    assert.deepEqual(offences, [["eve", "too_large"]]);
  }));

Deno.test("serveInvites gives up a peer that is too slow", () =>
  withInviter(async ({ openPeer, offences, clock, invites }) => {
    const { invite } = await invites.create(REQUEST);
    const silent = new RawPeer(await (await openPeer("silent")).openStream());
    const [slow] = [new RawPeer(await (await openPeer("slow")).openStream())];
    await slow.ask({ type: "hello", id: invite.id, nonce: createNonce() });
    await slow.stream.write(Uint8Array.of(0, 0));
    await clock.advance(9_999);
    assert.deepEqual(offences, []);
    await clock.advance(1);
    await Promise.all([silent.assertCutOff(), slow.assertCutOff()]);
    assert.deepEqual([...offences].sort(), [["silent", "too_slow"], ["slow", "too_slow"]]);
  }));

Deno.test("serveInvites takes over no address that leads to somebody else", () =>
  withInviter(async ({ openPeer, invites, trust }) => {
    const { code } = await invites.create(REQUEST);
    const bob = await openPeer("bob");
    const wrong = ["/memory/eve/p2p/eve", "nonsense", `/memory/${"x".repeat(600)}`];
    const many = Array.from({ length: 100 }, (_, index) => `/memory/bob/tcp/${index}`);
    await bob.join(code, { addresses: [...wrong, ...many] });
    const { multiaddrs = [] } = trust.get("bob") ?? {};
    assert.ok(multiaddrs.length > 0 && multiaddrs.length <= 16);
    assert.ok(multiaddrs.every((each) => each.endsWith("/p2p/bob")), multiaddrs.join());
  }));

Deno.test("serveInvites opens the invitation again if its list cannot be written", () =>
  withInviter(async ({ openPeer, invites, trust, logger }) => {
    const { code, invite } = await invites.create(REQUEST);
    const bob = await openPeer("bob");
    const works = trust.grant.bind(trust);
    trust.grant = () => Promise.reject(new Error("Disk full"));
    await assert.rejects(bob.join(code, { at: `/memory/${INVITER}` }));
    assert.equal((await invites.find(invite.id))?.usedBy, undefined);
    assert.ok(logger.lines.some(([level]) => level === "warn"), "that is its own failure");
    trust.grant = works;
    await bob.join(code, { at: `/memory/${INVITER}` });
  }));
