import type { Clock } from "../../../concurrency/mod.ts";
import { toErrorMessage } from "../../../error/mod.ts";
import { readIfThere, updateFile } from "../../../file/mod.ts";
import { InviteStoreError, InviteUnknownError, TooManyInvitesError } from "./errors.ts";
import { createInviteCode, parseInviteCode } from "./invite_code.ts";
import { decodeInvites, encodeInvites } from "./invite_codec.ts";
import { deriveInviteKey } from "./invite_proof.ts";
import {
  type CreatedInvite,
  type Invite,
  type InviteRequest,
  type InviteStore,
  type KeyedInvite,
  stateOf,
  type Taken,
} from "./invite_store.ts";

/** More than one person has under way. */
const MAX_OPEN = 64;
/** Whoever comes too late is told so for this long; then nobody knows the invitation any more. */
const KEPT_MS = 60 * 60 * 1000;
/** Those that are not open any more. */
const MAX_CLOSED = 192;
/** As long as the list of trusted peers takes. */
const MAX_NAME_LENGTH = 128;
/** Several times what so many take. */
const FILE = { mode: 0o600, maxBytes: 1024 * 1024 };

/** Where invitations are kept. */
export interface OpenInviteStoreOptions {
  /** The file. It need not be there. */
  readonly path: string;
  /** Whose time it is. */
  readonly clock: Clock;
}

/**
 * Use the invitations in a file, which is read for each question: others change it, too.
 *
 * @param options The file.
 * @returns The invitations.
 */
export function openInviteStore(options: OpenInviteStoreOptions): InviteStore {
  return new FileInviteStore(options);
}

class FileInviteStore implements InviteStore {
  readonly #path: string;
  readonly #clock: Clock;

  constructor({ path, clock }: OpenInviteStoreOptions) {
    this.#path = path;
    this.#clock = clock;
  }

  async create({ roles, lifetimeMs, name }: InviteRequest): Promise<CreatedInvite> {
    if (roles.length === 0) throw new RangeError("Cannot invite as there is no role");
    if (!(lifetimeMs > 0 && Number.isFinite(lifetimeMs))) {
      throw new RangeError(`Cannot invite as it has no lifetime: lifetimeMs "${lifetimeMs}"`);
    }
    if (name !== undefined && name.length > MAX_NAME_LENGTH) {
      throw new RangeError(`Cannot invite as the name is too long: length "${name.length}"`);
    }
    const code = createInviteCode();
    const nowMs = this.#clock.now();
    const invite: KeyedInvite = {
      ...deriveInviteKey(parseInviteCode(code)),
      roles: [...new Set(roles)],
      createdMs: nowMs,
      expiresMs: nowMs + lifetimeMs,
      isCancelled: false,
      ...(name !== undefined && { name }),
    };
    await this.#update((invites) => {
      const open = invites.filter((each) => stateOf(each, nowMs) === "open");
      if (open.length >= MAX_OPEN) throw new TooManyInvitesError(MAX_OPEN);
      return [...invites, invite];
    });
    return { invite: withoutKey(invite), code };
  }

  async list(): Promise<readonly Invite[]> {
    return (await this.#read()).map(withoutKey);
  }

  async find(id: string): Promise<KeyedInvite | undefined> {
    return (await this.#read()).find((invite) => invite.id === id);
  }

  async take(id: string, peerId: string): Promise<Taken> {
    const nowMs = this.#clock.now();
    let taken: Taken = "expired";
    await this.#update((invites) =>
      invites.map((invite) => {
        if (invite.id !== id) return invite;
        const state = stateOf(invite, nowMs);
        taken = state === "open" ? "taken" : state;
        if (invite.usedBy === peerId) taken = nowMs < invite.expiresMs ? "again" : "expired";
        return taken === "taken" ? { ...invite, usedBy: peerId } : invite;
      })
    );
    return taken;
  }

  async giveBack(id: string, peerId: string): Promise<void> {
    await this.#update((invites) =>
      invites.map((invite) => {
        const { usedBy, ...open } = invite;
        return invite.id === id && usedBy === peerId ? open : invite;
      })
    );
  }

  async cancel(id: string): Promise<Invite> {
    const nowMs = this.#clock.now();
    let cancelled: Invite | undefined;
    await this.#update((invites) => {
      const meant = invites.filter((invite) =>
        id !== "" && invite.id.startsWith(id.toLowerCase()) && stateOf(invite, nowMs) === "open"
      );
      const [found] = meant;
      if (found === undefined || meant.length > 1) throw new InviteUnknownError(id);
      cancelled = withoutKey({ ...found, isCancelled: true });
      return invites.map((each) => each === found ? { ...each, isCancelled: true } : each);
    });
    if (cancelled === undefined) throw new InviteUnknownError(id);
    return cancelled;
  }

  async #read(): Promise<readonly KeyedInvite[]> {
    return this.#keep(this.#decode(await this.#access(() => readIfThere(this.#path, FILE))));
  }

  async #update(
    change: (invites: readonly KeyedInvite[]) => readonly KeyedInvite[],
  ): Promise<void> {
    await this.#access(() =>
      updateFile(this.#path, (text) => {
        const invites = change(this.#keep(this.#decode(text)));
        return invites.length === 0 && text === undefined ? undefined : encodeInvites(invites);
      }, FILE)
    );
  }

  /** The file system's errors are those of the file. */
  async #access<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (
        error instanceof InviteStoreError || error instanceof InviteUnknownError ||
        error instanceof TooManyInvitesError
      ) throw error;
      throw new InviteStoreError(
        this.#path,
        `their file is not accessible, ${toErrorMessage(error)}`,
        error,
      );
    }
  }

  #decode(text: string | undefined): readonly KeyedInvite[] {
    if (text === undefined) return [];
    try {
      return decodeInvites(text);
    } catch (error) {
      throw new InviteStoreError(this.#path, "their file holds something else", error);
    }
  }

  /** Those that are not forgotten yet. */
  #keep(invites: readonly KeyedInvite[]): readonly KeyedInvite[] {
    const nowMs = this.#clock.now();
    const recent = invites.filter(({ expiresMs }) => nowMs < expiresMs + KEPT_MS);
    const closed = recent.filter((invite) => stateOf(invite, nowMs) !== "open");
    const dropped = new Set(closed.slice(0, Math.max(0, closed.length - MAX_CLOSED)));
    return recent.filter((invite) => !dropped.has(invite));
  }
}

function withoutKey({ key: _key, ...invite }: KeyedInvite): Invite {
  return invite;
}
