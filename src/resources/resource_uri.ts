/** URIs of one form, such as `task://{id}/logs`. */
export interface UriForm {
  /** The form, as RFC 6570 has it. */
  readonly template: string;
  /** The URI of the resource with this id. */
  toUri(id: string): string;
  /** The id in a URI; `undefined` if it has another form. */
  idOf(uri: string): string | undefined;
}

/**
 * Make a form of URIs with one variable, `id`.
 *
 * @param before What comes before the id.
 * @param after What comes behind it.
 * @returns The form.
 */
export function createUriForm(before: string, after = ""): UriForm {
  return {
    template: `${before}{id}${after}`,
    toUri: (id) => `${before}${encodeURIComponent(id)}${after}`,
    idOf(uri) {
      if (!uri.startsWith(before) || !uri.endsWith(after)) return undefined;
      return decode(uri.slice(before.length, uri.length - after.length));
    },
  };
}

/** Whoever made the URI may have encoded more than need be, or less, but no separator. */
function decode(text: string): string | undefined {
  if (text === "" || /[/?#]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
