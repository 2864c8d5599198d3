/** What an API's ids look like, so that a made-up one is taken where a real one is. */
export type IdForm =
  | { readonly kind: 'text'; readonly prefix: string; readonly alphabet: Alphabet; readonly length: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'number'; readonly digits: number };

/** Which characters stand behind the prefix. */
export type Alphabet = 'digits' | 'hex' | 'HEX' | 'lower' | 'upper' | 'letters';

export const ALPHABETS: Readonly<Record<Alphabet, string>> = {
  digits: '0123456789',
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  lower: '0123456789abcdefghijklmnopqrstuvwxyz',
  upper: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  letters: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** `re_`, `PAY-`, `cus_test_`, `gid://shop/Order/`: words, each with what parts it from the next. */
const PREFIX = /^(?:[A-Za-z][A-Za-z0-9]*[_:./-]+)*/;
/** Behind a prefix that `Id` alone is no part of: `ORD1234`, the letters of an order number. */
const LETTERS = /^[A-Za-z]+(?=\d+$)/;
export const ID_LENGTH_MAX = 64;

/** An id of an API that nobody has seen. */
export const UNKNOWN_FORM: IdForm = { kind: 'text', prefix: '', alphabet: 'letters', length: 24 };

/** What ids look like that all of these could be; `undefined` where they have nothing in common, or look like no ids. */
export function formOf(ids: readonly (string | number)[]): IdForm | undefined {
  if (ids.length === 0) return undefined;
  if (ids.every((id) => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0)) {
    return { kind: 'number', digits: Math.max(...ids.map((id) => String(id).length)) };
  }
  const texts = ids.filter((id) => typeof id === 'string');
  if (texts.length < ids.length || texts.some((id) => id.length === 0 || id.length > ID_LENGTH_MAX)) return undefined;
  if (texts.every((id) => UUID.test(id))) return { kind: 'uuid' };
  const prefix = commonPrefix(texts);
  const rests = texts.map((id) => id.slice(prefix.length));
  const alphabet = alphabetOf(rests);
  if (alphabet === undefined) return undefined;
  return { kind: 'text', prefix, alphabet, length: Math.max(...rests.map(({ length }) => length)) };
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  const prefix = PREFIX.exec(first)?.[0] || LETTERS.exec(first)?.[0] || '';
  return others.every((text) => text.startsWith(prefix)) ? prefix : '';
}

/** The narrowest alphabet that has all of them; all capitals and digits may be chance in a short id, never in a long one. */
function alphabetOf(rests: readonly string[]): Alphabet | undefined {
  return (Object.keys(ALPHABETS) as Alphabet[]).find((name) => {
    const known = ALPHABETS[name];
    return rests.every((rest) => rest.length > 0 && rest.split('').every((letter) => known.includes(letter)));
  });
}
