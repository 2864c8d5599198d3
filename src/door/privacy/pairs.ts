import { decode } from '../normal/percent.ts';

/** `a=1&b[c]=2` with the values that `wanted` says yes to replaced. A field without `=` is all value. */
export function replacedInPairs(
  text: string,
  wanted: (path: readonly string[]) => boolean,
  replace: (raw: string) => string,
): string {
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      if (pair === '' || !wanted(pathOf(name))) return pair;
      const value = pair.slice(equals + 1);
      return value === '' ? pair : pair.slice(0, equals + 1) + replace(value);
    })
    .join('&');
}

/** `b[c][]` → `['b', 'c', '']` */
function pathOf(raw: string): readonly string[] {
  const name = decode(raw.replaceAll('+', ' ')) ?? raw;
  const bracket = name.indexOf('[');
  return bracket === -1 ? [name] : [name.slice(0, bracket), ...name.slice(bracket + 1, -1).split('][')];
}
