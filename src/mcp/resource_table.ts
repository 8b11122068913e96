import { InvalidCursorError } from "./errors.ts";
import { decodeCursor, encodeCursor, type Page, toPage } from "./page.ts";
import { ANONYMOUS, hasScope, type Principal } from "./principal.ts";
import type {
  CompletionRequest,
  ResourceContent,
  ResourceContext,
  ResourceDefinition,
  ResourceProvider,
  ResourceTemplate,
  WatchResourceOptions,
} from "./resource.ts";

/** A page is filled up to here from several providers, as many clients read one page only. */
const ENOUGH_PER_PAGE = 200;

/** What a search for a resource came to. */
export type ResourceLookup<T> =
  | { readonly found: T }
  | { readonly found: undefined; readonly missingScope?: string | undefined };

/** The resources of a server, whoever provides them. */
export class ResourceTable {
  readonly #providers: readonly ResourceProvider[];

  /** @param providers Who has resources, in the order in which they are listed. */
  constructor(providers: readonly ResourceProvider[]) {
    this.#providers = providers;
  }

  /** Whether nobody has any. */
  get isEmpty(): boolean {
    return this.#providers.length === 0;
  }

  /**
   * One page of what the principal may read.
   *
   * @throws {InvalidCursorError} If the cursor is none of this list.
   */
  async list(
    cursor: string | undefined,
    context: ResourceContext,
  ): Promise<Page<ResourceDefinition>> {
    const items: ResourceDefinition[] = [];
    let place = cursor === undefined ? { index: 0, cursor: undefined } : parsePlace(cursor);
    while (place.index < this.#providers.length) {
      const provider = this.#providers[place.index];
      const next = await this.#listProvider(provider, place, { context, items });
      if (items.length >= ENOUGH_PER_PAGE && next.index < this.#providers.length) {
        return { items, nextCursor: toCursor(next) };
      }
      place = next;
    }
    return { items };
  }

  async #listProvider(
    provider: ResourceProvider | undefined,
    place: Place,
    { context, items }: { context: ResourceContext; items: ResourceDefinition[] },
  ): Promise<Place> {
    if (provider === undefined || !mayRead(provider, context.principal)) {
      return { index: place.index + 1 };
    }
    const page = await provider.list({ cursor: place.cursor }, context);
    for (const resource of page.resources) items.push(resource);
    return page.nextCursor === undefined
      ? { index: place.index + 1 }
      : { index: place.index, cursor: page.nextCursor };
  }

  /**
   * One page of the templates that the principal may use.
   *
   * @throws {InvalidCursorError} If the cursor is none of this list.
   */
  listTemplates(
    cursor: string | undefined,
    principal: Principal | undefined,
  ): Page<ResourceTemplate> {
    const templates = this.#providers
      .filter((provider) => mayRead(provider, principal))
      .flatMap((provider) => provider.templates);
    return toPage(templates, cursor);
  }

  /** What a resource holds, or which scope the principal lacks for it. */
  async read(
    uri: string,
    context: ResourceContext,
  ): Promise<ResourceLookup<readonly ResourceContent[]>> {
    let missingScope: string | undefined;
    for (const provider of this.#providers) {
      if (!mayRead(provider, context.principal)) {
        if (mayHave(provider, uri)) missingScope ??= provider.scope;
        continue;
      }
      const found = await provider.read(uri, context);
      if (found !== undefined) return { found };
    }
    return { found: undefined, missingScope };
  }

  /** The scope that a principal lacks to watch a resource; `undefined` if it may. */
  findMissingScope(uri: string, principal: Principal): string | undefined {
    return this.#providers.find((provider) =>
      !mayRead(provider, principal) && mayHave(provider, uri)
    )?.scope;
  }

  /** Watch a resource: as {@linkcode ResourceProvider.watch}. */
  watch(uri: string, options: WatchResourceOptions): Promise<void> | undefined {
    for (const provider of this.#providers) {
      const watching = provider.watch?.(uri, options);
      if (watching !== undefined) return watching;
    }
    return undefined;
  }

  /** Values that a template's variable may have; `undefined` if there is no such template. */
  async complete(
    uriTemplate: string,
    request: CompletionRequest,
    context: ResourceContext,
  ): Promise<ResourceLookup<readonly string[]>> {
    const provider = this.#providers.find(({ templates }) =>
      templates.some((template) => template.uriTemplate === uriTemplate)
    );
    if (provider === undefined) return { found: undefined };
    if (!mayRead(provider, context.principal)) {
      return { found: undefined, missingScope: provider.scope };
    }
    return { found: await provider.complete?.(uriTemplate, request, context) ?? [] };
  }
}

/** Where a page begins: at which provider, and where in its list. */
interface Place {
  readonly index: number;
  readonly cursor?: string | undefined;
}

function toCursor({ index, cursor }: Place): string {
  return encodeCursor(cursor === undefined ? String(index) : `${index}:${cursor}`);
}

function parsePlace(cursor: string): Place {
  const [, index, rest] = /^(\d{1,6})(?::(.*))?$/s.exec(decodeCursor(cursor)) ?? [];
  if (index === undefined) throw new InvalidCursorError(cursor);
  return { index: Number(index), cursor: rest };
}

function mayRead(provider: ResourceProvider, principal: Principal = ANONYMOUS): boolean {
  return hasScope(principal, provider.scope);
}

/** Whether a URI looks like one of a provider's, as far as that can be told without a look. */
function mayHave(provider: ResourceProvider, uri: string): boolean {
  return fitsTemplate(provider, uri) || canWatch(provider, uri);
}

function fitsTemplate({ templates }: ResourceProvider, uri: string): boolean {
  return templates.some(({ uriTemplate }) => {
    const [literal = ""] = uriTemplate.split("{", 1);
    return literal !== "" && uri.startsWith(literal);
  });
}

/** Whether a URI is a provider's to watch: asked with a watch that is over before it begins. */
function canWatch(provider: ResourceProvider, uri: string): boolean {
  const watching = provider.watch?.(uri, { onChange() {}, signal: AbortSignal.abort() });
  // Its end is its own affair: only that there was one matters.
  watching?.catch(() => {});
  return watching !== undefined;
}
