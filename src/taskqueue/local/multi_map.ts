/**
 * Several values under a key, in the order in which they were added. Most keys have one value, and
 * there may be thousands of keys: a single value is kept without a set around it.
 */
export class MultiMap<V extends object> {
  readonly #values = new Map<string, V | Set<V>>();

  /** Add a value. */
  add(key: string, value: V): void {
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, value);
    else if (known instanceof Set) known.add(value);
    else if (known !== value) this.#values.set(key, new Set([known, value]));
  }

  /** Take a value out. */
  delete(key: string, value: V): void {
    const known = this.#values.get(key);
    if (known === value) this.#values.delete(key);
    if (!(known instanceof Set)) return;
    known.delete(value);
    if (known.size === 0) this.#values.delete(key);
  }

  /** The values under a key. */
  get(key: string): Iterable<V> {
    const known = this.#values.get(key);
    if (known === undefined) return [];
    return known instanceof Set ? known : [known];
  }

  /** All values. */
  *values(): IterableIterator<V> {
    for (const known of this.#values.values()) {
      if (known instanceof Set) yield* known;
      else yield known;
    }
  }
}
