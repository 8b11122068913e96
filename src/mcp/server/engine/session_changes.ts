import type { JsonRpcNotification } from "../../protocol/message.ts";
import { ChangeFeed } from "./change_feed.ts";
import type { ChangeHub } from "./change_hub.ts";

/** Resources that one session may watch. */
const MAX_RESOURCES = 256;

/** Tells a session of changes: of the lists always, of resources that it has subscribed to. */
export class SessionChanges {
  readonly #hub: ChangeHub;
  readonly #feed: ChangeFeed;
  readonly #watches = new Map<string, Disposable>();
  #listening: Disposable | undefined;

  /**
   * @param hub Where changes come from.
   * @param send Sends a message to the client.
   */
  constructor(hub: ChangeHub, send: (message: JsonRpcNotification) => Promise<void>) {
    this.#hub = hub;
    this.#feed = new ChangeFeed({ send });
  }

  /** The resources that it has subscribed to. */
  get uris(): readonly string[] {
    return [...this.#watches.keys()];
  }

  /**
   * Begin to tell.
   *
   * @param uris Resources that the session has subscribed to before.
   */
  begin(uris: readonly string[]): void {
    this.#listening ??= this.#hub.listen({
      onChange: (change) => {
        if (change.kind !== "resource" || this.#watches.has(change.uri)) this.#feed.push(change);
      },
    });
    for (const uri of uris) this.add(uri);
  }

  /**
   * Tell of a resource, too.
   *
   * @param uri Which one.
   * @returns Whether there was room for it.
   */
  add(uri: string): boolean {
    if (this.#watches.has(uri)) return true;
    if (this.#watches.size >= MAX_RESOURCES) return false;
    const watch = this.#hub.tryWatch(uri);
    if (watch === undefined) return false;
    this.#watches.set(uri, watch);
    return true;
  }

  /**
   * Tell of a resource no longer.
   *
   * @param uri Which one.
   */
  remove(uri: string): void {
    this.#watches.get(uri)?.[Symbol.dispose]();
    this.#watches.delete(uri);
  }

  /** Tell nothing more. */
  end(): void {
    this.#feed.close();
    this.#listening?.[Symbol.dispose]();
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
  }
}
