import type { Json } from '../../../std/canonical-json.ts';
import type { ProbeRequest } from '../../probe/course.ts';
import type { Operation } from '../ground.ts';
import { plain, writeRequest } from '../ground/write-request.ts';
import { asOtherType, withToken, withTwin, type TwinAt } from './rewrite.ts';

/** What a trick is played on: a request as an honest client writes it. */
export interface Honest {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, Json>>;
  readonly request: ProbeRequest;
  /** Another amount, for what stands beside the honest one. */
  readonly larger: string;
}

/** One way to have an amount or a currency read otherwise than it is meant. */
export interface Trick {
  readonly name: string;
  play(honest: Honest): ProbeRequest;
}

/** The tricks that an operation has fields for; the first is none, for tricks shrink to it. */
export function tricksOf({ amountAt, currencyAt }: Operation): readonly Trick[] {
  return [
    { name: 'as it should be', play: ({ request }) => request },
    ...(amountAt === undefined ? [] : amountTricks(amountAt)),
    ...(currencyAt === undefined ? [] : currencyTricks(currencyAt)),
    { name: 'under the other media type', play: ({ request }) => asOtherType(request) },
  ];
}

/** What one API reads as a number, another as another number, and a third not at all. In JSON these are its tokens. */
const NUMBERS = [
  '0',
  '-1',
  '-100',
  '0.01',
  '1e3',
  '1E+3',
  '10.00',
  '0100',
  '+100',
  '0x64',
  '1_000',
  '1,000',
  '99999999',
];
const HUGE = ['2147483648', '9007199254740993', '18446744073709551616', '1e400', 'NaN', 'Infinity'];
const NO_NUMBERS = [
  '',
  ' 100',
  '"100"',
  '"1e3"',
  '" 100"',
  '"10.00"',
  'null',
  'true',
  '[100]',
  '{"value":100}',
  '１００',
];

function amountTricks(place: string): readonly Trick[] {
  const name = nameOf(place);
  const twinNames = [name, name.toUpperCase(), `${name}[]`, `${name}[0]`, `${name}[value]`, ` ${name}`, `${name} `];
  return [
    without(place),
    unit(place, 'a hundredfold', (amount) => amount * 100),
    unit(place, 'a hundredth', (amount) => amount / 100),
    unit(place, 'negative', (amount) => -amount),
    ...[...NUMBERS, ...HUGE, ...NO_NUMBERS].map((token) => as(place, token)),
    ...placesOf(place).flatMap((at) => twinNames.map((each) => twin(at, each, ({ larger }) => larger))),
    ...[name.toUpperCase(), `${name}[]`, `${name}[value]`, ` ${name}`].map((other) => renamed(place, other)),
  ];
}

const CODES = ['usd', 'eur', 'jpy', 'kwd', 'USD', 'Jpy', 'XXX', ' usd', 'usd,jpy', '', 'null', '["usd"]'];

function currencyTricks(place: string): readonly Trick[] {
  return [
    without(place),
    ...CODES.map((code) => as(place, code)),
    ...placesOf(place).map((at) => twin(at, nameOf(place), ({ operation }) => quoted(operation, place, 'kwd'))),
  ];
}

function nameOf(place: string): string {
  return place.split('.').at(-1) ?? place;
}

function placesOf(place: string): readonly TwinAt[] {
  return place.startsWith('body.') ? ['before', 'after', 'query'] : ['query'];
}

function without(place: string): Trick {
  return {
    name: `without ${place}`,
    play: ({ operation, values }) => {
      const { [place]: _left, ...others } = values;
      return writeRequest(operation, others);
    },
  };
}

function as(place: string, token: string): Trick {
  return {
    name: `${place} as ${token === '' ? 'nothing' : token}`,
    play: ({ operation, values }) => withToken(operation, values, place, quoted(operation, place, token)),
  };
}

/** In JSON a word stands in quotes; what is there to be taken for something else stands as it is. */
function quoted({ encoding }: Operation, place: string, token: string): string {
  const isWord = /^[A-Za-z ,]*$/.test(token) && !['null', 'true', 'NaN', 'Infinity'].includes(token);
  return encoding === 'json' && place.startsWith('body.') && isWord ? JSON.stringify(token) : token;
}

/** Minor units where major ones are meant, and the other way round. */
function unit(place: string, name: string, change: (amount: number) => number): Trick {
  return {
    name: `${place} ${name}`,
    play: ({ operation, values, request }) => {
      const stated = values[place];
      const amount = Number(stated);
      if (!Number.isFinite(amount)) return request;
      const changed = change(amount);
      return writeRequest(operation, { ...values, [place]: typeof stated === 'number' ? changed : String(changed) });
    },
  };
}

/** The field once more, in a name and a part of the request that some parser takes for its own. */
function twin(at: TwinAt, name: string, value: (honest: Honest) => string): Trick {
  const where = at === 'query' ? 'in its query' : `${at} the others`;
  return {
    name: `"${name}" ${where} too`,
    play: (honest) => withTwin(honest.request, at, name, value(honest)),
  };
}

/** The amount under another name alone. */
function renamed(place: string, name: string): Trick {
  return {
    name: `${place} called "${name}"`,
    play: ({ operation, values }) => {
      const { [place]: amount, ...others } = values;
      const at = place.startsWith('body.') ? 'after' : 'query';
      return withTwin(writeRequest(operation, others), at, name, plain(amount ?? ''));
    },
  };
}
