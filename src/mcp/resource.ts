import type { CallContext } from "./call_context.ts";

/** Something that can be read, as the list of resources shows it. */
export interface ResourceDefinition {
  /** What identifies it, such as `task://abc`. */
  readonly uri: string;
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For models. */
  readonly description?: string | undefined;
  /** Such as `application/json`. */
  readonly mimeType?: string | undefined;
}

/** Resources whose URIs have a common form. */
export interface ResourceTemplate {
  /** RFC 6570, such as `task://{id}/logs`. */
  readonly uriTemplate: string;
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** For models. */
  readonly description?: string | undefined;
  /** Of all of them, if they have the same. */
  readonly mimeType?: string | undefined;
}

/** What a resource holds: text, or bytes in base64. */
export type ResourceContent =
  | { readonly uri: string; readonly mimeType?: string | undefined; readonly text: string }
  | { readonly uri: string; readonly mimeType?: string | undefined; readonly blob: string };

/** One page of a list of resources. */
export interface ResourcePage {
  /** In the provider's order. */
  readonly resources: readonly ResourceDefinition[];
  /** Asks for the next page; absent on the last. */
  readonly nextCursor?: string | undefined;
}

/** What a provider can use while it answers. */
export type ResourceContext = CallContext;

/** A part of an argument that a client completes while its user types. */
export interface CompletionRequest {
  /** The prompt's argument, or the template's variable. */
  readonly argument: string;
  /** What has been typed. */
  readonly value: string;
  /** Arguments that are known already. */
  readonly known: Readonly<Record<string, string>>;
}

/** A kind of resources: where they come from and what they hold. */
export interface ResourceProvider {
  /** Which URIs it answers for, besides those it lists. */
  readonly templates: readonly ResourceTemplate[];
  /** Scope that a principal needs to read, such as `tasks:read`. */
  readonly scope: string;
  /** One page of what there is now. @throws {InvalidCursorError} */
  list(
    request: { readonly cursor?: string | undefined },
    context: ResourceContext,
  ): Promise<ResourcePage>;
  /** What a resource holds; `undefined` if this provider has none with this URI. */
  read(uri: string, context: ResourceContext): Promise<readonly ResourceContent[] | undefined>;
  /**
   * Tell of every change of a resource until the signal aborts. Resolves (never before the abort) if
   * the URI is this provider's; `undefined` at once if it is not, or cannot be watched.
   */
  watch?(uri: string, options: WatchResourceOptions): Promise<void> | undefined;
  /** Values that a template's variable may have, best first; the engine cuts them to 100. */
  complete?(
    uriTemplate: string,
    request: CompletionRequest,
    context: ResourceContext,
  ): Promise<readonly string[]>;
}

/** How a resource is watched. */
export interface WatchResourceOptions {
  /** Called after each change. */
  readonly onChange: () => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}
