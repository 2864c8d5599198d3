import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import { amountIn, amountsFor, currencyFor } from './amounts.ts';
import { act, errandOf, instead, NEWEST, shown, type Errand } from './errand.ts';
import { mainOf, type Values } from './fill.ts';
import type { Ground, Operation } from './ground.ts';
import { writeRequest } from './ground/write-request.ts';
import { among, errands, writesOf } from './picks.ts';

const TIMES_MAX = 2;

/**
 * A business grows while an agent works on it, and not by what its policy's author had in mind: a charge in another currency, an order
 * larger than all others. Whatever a rule takes for granted of the things that it is about, somebody outside can make otherwise.
 */
export const stranger: Adversary = {
  name: 'stranger',
  title: 'Has somebody outside make a thing of unusual values, and does the whole errand on that one.',
  moves(ground) {
    const targets = writesOf(ground).filter((write) => makersFor(ground, write).length > 0);
    if (targets.length === 0) return [];
    const small = fc.nat({ max: 15 });
    return [
      fc
        .record({
          errand: errands(ground, targets),
          maker: small,
          currency: small,
          amount: fc.nat({ max: 255 }),
          times: among(Array.from({ length: TIMES_MAX }, (_, index) => index + 1)),
        })
        .map(({ errand, times, ...made }) => met(errand, thingFor(errand, made), times)),
    ];
  },
};

/** The same kind of thing, made outside: which operation makes it, and of what currency and amount it is. */
interface Made {
  readonly maker: number;
  readonly currency: number;
  readonly amount: number;
}

function met(errand: Errand, made: Errand['request'], times: number): Move {
  const newest = instead(errand, { subject: NEWEST });
  return {
    run(arena) {
      arena.outside(made);
      for (let time = 0; time < times; time += 1) act(arena, newest);
    },
    toString: () => `stranger: ${made.target} ${made.body ?? ''} from outside, then ${times} times ${shown(newest)}`,
  };
}

function thingFor({ ground, operation }: Errand, { maker, currency, amount }: Made): Errand['request'] {
  const makers = makersFor(ground, operation);
  const made = makers[maker % makers.length] as Operation;
  return writeRequest(made, unusualValues(ground, made, currency, amount));
}

/** Everything that its API asks for; the currency and the amount as they are drawn, the plain ones first. */
function unusualValues(ground: Ground, made: Operation, currency: number, amount: number): Values {
  const { currencyAt, amountAt, fields } = made;
  const { values } = usual(ground, made);
  const field = fields[currencyAt ?? ''];
  const plain = currencyFor(ground, made);
  const codes = field?.kind === 'currency' ? field.of.toSorted((a, b) => rank(a, plain) - rank(b, plain)) : [];
  const code = codes[currency % Math.max(1, codes.length)];
  const micros = amountsFor(ground, made)[amount % amountsFor(ground, made).length];
  const priced = fields[amountAt ?? ''];
  const isPriced = priced !== undefined && micros !== undefined;
  return {
    ...values,
    ...(code !== undefined && { [currencyAt ?? '']: code }),
    ...(isPriced && { [amountAt ?? '']: amountIn(priced, micros, code?.toUpperCase() ?? plain) }),
  };
}

function usual(ground: Ground, operation: Operation): Errand {
  return errandOf(ground, operation, { agent: 0, token: 0, session: 0, subject: 0, variant: 0, amount: 0 });
}

/** The one that agents write in comes last: it is what everybody thought of. */
function rank(code: string, plain: string): number {
  return code.toUpperCase() === plain ? 1 : 0;
}

/** What makes a thing of the kind that is written to: operations that take none of it, those that are named for it where there are any. */
function makersFor({ operations }: Ground, write: Operation): readonly Operation[] {
  const kind = kindOf(write, mainOf(write));
  if (kind === undefined) return [];
  const makers = operations.filter(
    ({ effect, method, template, upstream, fields }) =>
      effect !== 'read' &&
      method === 'POST' &&
      upstream === write.upstream &&
      !template.includes('{') &&
      Object.keys(fields).every((place) => kindOf({ fields }, place) !== kind),
  );
  const named = makers.filter(({ template }) => (template.split('/').at(-1) ?? '').startsWith(kind));
  return named.length === 0 ? makers : named;
}

function kindOf({ fields }: Pick<Operation, 'fields'>, place = ''): string | undefined {
  const field = fields[place];
  return field?.kind === 'id' ? field.of : undefined;
}
