import type { RouteId } from '../../engine/ids.ts';
import { bandOf, bandsBetween } from '../../evidence/review/strata.ts';
import type { Limit } from '../../evidence/shadow/limits.ts';
import type { Money } from '../../std/money.ts';
import type { AmountBandEvidence } from './evidence.ts';

/**
 * The bands of amounts of one route, from the smallest to the largest that was meant or that the agent may ask for alone, none left
 * out between: one that nothing ever used is the one to see. A limit that is a band's own edge does not open the next one.
 */
export function amountBands(
  route: RouteId,
  meant: readonly Money[],
  limits: readonly Limit[],
): readonly AmountBandEvidence[] {
  const own = limits.filter(({ routes }) => routes.includes(route));
  const currencies = new Set([...meant.map(({ currency }) => currency), ...own.map(({ money }) => money.currency)]);
  return [...currencies].toSorted().flatMap((currency) =>
    bandsOf(
      meant.filter((amount) => amount.currency === currency),
      own.filter(({ money }) => money.currency === currency),
      currency,
    ),
  );
}

function bandsOf(meant: readonly Money[], limits: readonly Limit[], currency: string): readonly AmountBandEvidence[] {
  const { least, most } = allowedBy(limits);
  const amounts = meant.map(({ micros }) => (micros < 0n ? -micros : micros));
  // An amount right at the most belongs to what is below it, for the band that it begins is closed but for it.
  const top = most === undefined ? undefined : most - 1n;
  const placed = (micros: bigint): bigint => (top !== undefined && micros === most ? top : micros);
  const low = smallest([least ?? 0n, ...amounts]);
  const high = largest([...amounts.map(placed), ...(top === undefined ? [] : [top]), low]);
  const counts = new Map<string, number>();
  for (const micros of amounts) {
    const band = bandOf({ micros: placed(micros), currency });
    counts.set(band, (counts.get(band) ?? 0) + 1);
  }
  const allowed = new Set(bandsBetween({ micros: least ?? 0n, currency }, { micros: top ?? high, currency }));
  return bandsBetween({ micros: low, currency }, { micros: high, currency }).map((band) => ({
    band,
    meant: counts.get(band) ?? 0,
    allowed: allowed.has(band),
  }));
}

/** What no limit stops and no person is asked about. `undefined`: there is no such limit. */
function allowedBy(limits: readonly Limit[]): {
  readonly least: bigint | undefined;
  readonly most: bigint | undefined;
} {
  const of = (kinds: readonly Limit['kind'][]): readonly bigint[] =>
    limits.filter(({ kind }) => kinds.includes(kind)).map(({ money }) => money.micros);
  const [mins, maxes] = [of(['smallest']), of(['largest', 'approval', 'budget'])];
  return {
    least: mins.length === 0 ? undefined : largest(mins),
    most: maxes.length === 0 ? undefined : smallest(maxes),
  };
}

const smallest = (all: readonly bigint[]): bigint => all.reduce((one, other) => (other < one ? other : one));
const largest = (all: readonly bigint[]): bigint => all.reduce((one, other) => (other > one ? other : one));
