import { hash } from 'node:crypto';
import { unreachable } from '../../std/assert.ts';
import { ALPHABETS, ID_LENGTH_MAX, type IdForm } from '../../policy/index.ts';

/** What every made-up id of letters holds, so that a person who meets one anywhere knows what it is. */
export const MARK = 'shadow';
/** The same where only these characters may stand: hexadecimal digits, and decimal ones. */
const HEX_MARK = '5badc0de';
const DIGIT_MARK = '99000';
/** Letters that differ from id to id, behind the mark: 62^10 of them never meet. */
const OWN_LETTERS = 10;
const OWN_DIGITS = 9;

/**
 * A made-up id of an API's form: `re_shadow7Kq0…`. The same call and place give the same id, so that a journal that is read
 * again has the ids that the agent was shown.
 *
 * - Letters carry {@link MARK} behind the prefix, hexadecimal digits `5badc0de`, decimal digits `99000` in front.
 * - A UUID is one of version 8 (RFC 9562, 5.8: the maker's own), which begins with `5badc0de`.
 */
export function madeId(form: IdForm, seed: string): string | number {
  const bytes = hash('sha256', seed, 'buffer');
  switch (form.kind) {
    case 'uuid': {
      const hex = bytes.toString('hex');
      return `${HEX_MARK}-${hex.slice(0, 4)}-8${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
    }
    case 'number':
      return numberOf(bytes, form.digits);
    case 'text': {
      const { prefix, alphabet, length } = form;
      const mark = MARKS[alphabet];
      const wanted = Math.min(Math.max(length, mark.length + OWN_LETTERS), ID_LENGTH_MAX);
      return prefix + mark + letters(bytes, ALPHABETS[alphabet], wanted - mark.length);
    }
    default:
      return unreachable(form);
  }
}

const MARKS = {
  digits: DIGIT_MARK,
  hex: HEX_MARK,
  HEX: HEX_MARK.toUpperCase(),
  lower: MARK,
  upper: MARK.toUpperCase(),
  letters: MARK,
} as const;

/**
 * Whether a text holds an id of {@link madeId}'s that nobody would take for a real one. Decimal ones are left out: an amount or
 * a real number may begin with the same digits.
 */
export function looksMade(text: string): boolean {
  return LOOKS_MADE.test(text);
}

const LOOKS_MADE = new RegExp(
  `(?:${MARK}|${MARK.toUpperCase()})[A-Za-z0-9]{${OWN_LETTERS},}|${HEX_MARK}|${HEX_MARK.toUpperCase()}`,
);

/** A number that begins with 99, of as many digits as the API's have, twelve at least and fifteen at most; nine of 32 bits begin with 19. */
function numberOf(bytes: Buffer, digits: number): number {
  const own = Number(bytes.readBigUInt64BE() % 10n ** BigInt(OWN_DIGITS));
  if (digits <= OWN_DIGITS) return 1_990_000_000 + (own % 9_000_000);
  return 99 * 10 ** (Math.min(Math.max(digits, 12), 15) - 2) + own;
}

function letters(bytes: Buffer, alphabet: string, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text += alphabet[Number(rest % BigInt(alphabet.length))] ?? '';
    rest /= BigInt(alphabet.length);
    if (rest === 0n) rest = BigInt(`0x${hash('sha256', text)}`);
  }
  return text;
}
