/**
 * Compare text by Unicode code points, as Python does. JavaScript's `<` compares UTF-16 code units,
 * and so puts the astral characters before U+E000 to U+FFFF.
 *
 * @param a One text.
 * @param b The other.
 * @returns Below 0 if `a` comes first, above 0 if `b` does, 0 if they are equal.
 */
export function compareCodePoints(a: string, b: string): number {
  let index = 0;
  while (index < a.length && index < b.length) {
    const aPoint = a.codePointAt(index) ?? 0;
    const difference = aPoint - (b.codePointAt(index) ?? 0);
    if (difference !== 0) return difference;
    index += aPoint > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
}
