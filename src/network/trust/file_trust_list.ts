import type { Clock } from "../../concurrency/mod.ts";
import { readIfThere, withFileLock, writeFileAtomically } from "../../file/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { isPeerIdLike, toPeerAddress } from "../discovery/peer_address.ts";
import { TrustListError, TrustListFullError } from "./errors.ts";
import { isRole, type Role } from "./role.ts";
import type { TrustChange, TrustedPeer, TrustList, TrustRequest } from "./trust_list.ts";
import { formatTrustList, parseTrustList } from "./trust_list_codec.ts";

const MAX_PEERS = 1_024;
const MAX_ADDRESSES = 8;
const MAX_NAME_LENGTH = 128;
/** Several times what the longest list takes. A larger file is not ours. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** What a {@linkcode FileTrustList} works with. */
export interface FileTrustListOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

type Peers = Map<string, TrustedPeer>;

/** A list of trusted peers in a file. Every change is read, made and written under the file's lock. */
export class FileTrustList implements TrustList {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #listeners = new Set<(change: TrustChange) => void>();
  readonly #resources = new AsyncDisposableStack();
  #peers: Peers = new Map();
  #text: string | undefined;
  #hasFailed = false;

  private constructor({ path, clock, logger }: FileTrustListOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Read the list. */
  static async open(options: FileTrustListOptions): Promise<FileTrustList> {
    const list = new FileTrustList(options);
    list.#adopt(await list.#read("read list of trusted peers"));
    return list;
  }

  /** Have something closed together with the list. */
  closeWith(resource: AsyncDisposable): void {
    this.#resources.use(resource);
  }

  get(peerId: string): TrustedPeer | undefined {
    return this.#peers.get(peerId);
  }

  list(): readonly TrustedPeer[] {
    return [...this.#peers.values()];
  }

  async trust(request: TrustRequest): Promise<TrustedPeer> {
    return await this.#put(request, (before) => this.#toPeer(request, before, request.roles));
  }

  async grant(request: TrustRequest): Promise<TrustedPeer> {
    return await this.#put(request, (before) => {
      if (before?.isRevoked) return before;
      return this.#toPeer(request, before, [...before?.roles ?? [], ...request.roles]);
    });
  }

  async revoke(peerId: string): Promise<boolean> {
    checkPeerId(peerId);
    let wasRevoked = false;
    await this.#change("revoke trust in peer", (peers) => {
      const before = peers.get(peerId);
      wasRevoked = before?.isRevoked ?? false;
      if (wasRevoked) return false;
      peers.set(peerId, {
        peerId,
        roles: [],
        isRevoked: true,
        name: before?.name,
        multiaddrs: before?.multiaddrs ?? [],
        addedMs: before?.addedMs ?? this.#clock.now(),
        source: before?.source ?? "command",
      });
      return true;
    });
    return !wasRevoked;
  }

  async forget(peerId: string): Promise<boolean> {
    let wasThere = false;
    await this.#change("forget peer", (peers) => {
      wasThere = peers.delete(peerId);
      return wasThere;
    });
    return wasThere;
  }

  subscribe(listener: (change: TrustChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Have a file, so that it can be watched. */
  async createIfMissing(): Promise<void> {
    await this.#change("create list of trusted peers", () => this.#text === undefined);
  }

  /** Take over what another process has written. */
  async reload(): Promise<void> {
    try {
      // Under the lock too, so that what is read here never overtakes what is written there.
      await withFileLock(this.#path, async () => {
        this.#adopt(await this.#read("read list of trusted peers"));
      });
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) {
        this.#logger?.error("List of trusted peers cannot be read; it stays as it was", {
          path: this.#path,
          error,
        });
      }
      this.#hasFailed = true;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#resources.disposeAsync();
  }

  async #put(
    request: TrustRequest,
    toPeer: (before: TrustedPeer | undefined) => TrustedPeer,
  ): Promise<TrustedPeer> {
    checkRequest(request);
    const { peerId } = request;
    const peers = await this.#change("trust peer", (peers) => {
      const before = peers.get(peerId);
      const after = toPeer(before);
      peers.set(peerId, after);
      return after !== before;
    });
    const peer = peers.get(peerId);
    if (peer === undefined) throw new TypeError("A peer that was added is on the list");
    return peer;
  }

  #toPeer(
    request: TrustRequest,
    before: TrustedPeer | undefined,
    roles: readonly Role[],
  ): TrustedPeer {
    return {
      peerId: request.peerId,
      roles: [...new Set(roles)],
      isRevoked: false,
      name: request.name ?? before?.name,
      multiaddrs: toOwnAddresses(request) ?? before?.multiaddrs ?? [],
      addedMs: before?.addedMs ?? this.#clock.now(),
      source: request.source ?? "command",
    };
  }

  /** What `edit` makes of the list as it is in the file; it tells whether it has changed anything. */
  async #change(action: string, edit: (peers: Peers) => boolean): Promise<Peers> {
    try {
      return await withFileLock(this.#path, async () => {
        this.#adopt(await this.#read(action));
        const peers = new Map(this.#peers);
        if (!edit(peers)) return peers;
        if (peers.size > MAX_PEERS && peers.size > this.#peers.size) {
          throw new TrustListFullError(this.#path, MAX_PEERS);
        }
        const text = formatTrustList(peers.values());
        await writeFileAtomically(this.#path, new TextEncoder().encode(text), { mode: 0o600 });
        this.#adopt(text);
        return this.#peers;
      });
    } catch (error) {
      if (error instanceof TrustListError || error instanceof TrustListFullError) throw error;
      const reason = "the file is not accessible";
      throw new TrustListError(this.#path, action, { reason, cause: error });
    }
  }

  async #read(action: string): Promise<string | undefined> {
    try {
      const text = await readIfThere(this.#path, { maxBytes: MAX_FILE_BYTES });
      if (text !== this.#text) parseTrustList(text);
      return text;
    } catch (error) {
      const reason = error instanceof Deno.errors.PermissionDenied
        ? "the file is not accessible"
        : "the file is damaged or none of this program";
      throw new TrustListError(this.#path, action, { reason, cause: error });
    }
  }

  /** Be the list of this text, which is good, and tell of the differences. */
  #adopt(text: string | undefined): void {
    if (text === this.#text) return;
    const before = this.#peers;
    this.#text = text;
    this.#peers = parseTrustList(text);
    for (const peerId of new Set([...before.keys(), ...this.#peers.keys()])) {
      const peer = this.#peers.get(peerId);
      if (JSON.stringify(peer) === JSON.stringify(before.get(peerId))) continue;
      for (const listener of this.#listeners) listener({ peerId, peer });
    }
  }
}

function checkRequest({ peerId, roles, name }: TrustRequest): void {
  checkPeerId(peerId);
  if (roles.length === 0 || !roles.every(isRole)) {
    throw new RangeError(`Cannot trust peer as it gets no role, or an unknown one: "${roles}"`);
  }
  if (name !== undefined && name.length > MAX_NAME_LENGTH) {
    throw new RangeError(`Cannot trust peer as its name is too long: length "${name.length}"`);
  }
}

function checkPeerId(peerId: string): void {
  if (!isPeerIdLike(peerId)) {
    throw new RangeError(`Cannot use peer id as it is none: peer id "${peerId}"`);
  }
}

/** Each once, and each leading to this peer. */
function toOwnAddresses({ peerId, multiaddrs }: TrustRequest): readonly string[] | undefined {
  const own = multiaddrs?.map((each) => toPeerAddress(each, peerId))
    .filter((each) => each !== undefined);
  return own && [...new Set(own)].slice(0, MAX_ADDRESSES);
}
