/**
 * An object that answers for another one, but for some members.
 *
 * @param target Whose members it has. They are called with it as `this`.
 * @param members What it has instead.
 */
export function overlay<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(_target, name): unknown {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
