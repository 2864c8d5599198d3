import type { CallId } from '../../engine/ids.ts';
import type { Intent } from '../intents/intent.ts';
import type { AnomalyKind } from './model.ts';

/** With fewer amounts on a route than this, nobody knows what is usual. */
const AMOUNTS_MIN = 20;
/** Tukey, Exploratory Data Analysis (1977): more than three times the quartiles' distance above the upper one is far out. */
const FAR_OUT = 3n;
/** With fewer values than this, every one of them is new. */
const VALUES_MIN = 20;

/**
 * The writes that need a human whatever a draw says, and why:
 *
 * - `large_amount`: far out among the amounts of its route
 * - `repeated`: the same route, subject and amount as an earlier write of the session, and neither was refused
 * - `rests_on_synthetic`: it carries a value that was made up, or acts on something that only captured writes changed
 * - `refused_then_retried`: it went through where the session had been denied on the same subject before
 * - `first_seen_value`: a value whose origin matters (a payee), never seen before, where most are seen again and again
 */
export function anomalies(writes: readonly Intent[]): ReadonlyMap<CallId, readonly AnomalyKind[]> {
  const found = new Map<CallId, AnomalyKind[]>();
  const large = largeAmounts(writes);
  const sessions = new Sessions();
  const values = new Values();
  for (const write of writes) {
    const kinds: AnomalyKind[] = [
      ...(large(write) ? ['large_amount' as const] : []),
      ...sessions.kinds(write),
      ...(values.isNew(write) ? ['first_seen_value' as const] : []),
      ...(write.rests !== null && write.rests.how !== 'session' ? ['rests_on_synthetic' as const] : []),
    ];
    if (kinds.length > 0) found.set(write.call, kinds);
  }
  return found;
}

function largeAmounts(writes: readonly Intent[]): (write: Intent) => boolean {
  const key = ({ agent, route, amount }: Intent): string => JSON.stringify([agent, route, amount?.currency]);
  const groups = Map.groupBy(
    writes.filter(({ amount }) => amount !== null),
    key,
  );
  const bounds = new Map<string, bigint>();
  for (const [name, group] of groups) {
    if (group.length < AMOUNTS_MIN) continue;
    const sorted = group.map(({ amount }) => amount?.micros ?? 0n).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const quartile = (quarter: number): bigint => sorted[Math.floor((quarter * (sorted.length - 1)) / 4)] ?? 0n;
    bounds.set(name, quartile(3) + FAR_OUT * (quartile(3) - quartile(1)));
  }
  return (write) => {
    const bound = bounds.get(key(write));
    return bound !== undefined && write.amount !== null && write.amount.micros > bound;
  };
}

const refused = ({ verdict, effectiveness }: Intent): boolean =>
  verdict === 'deny' || verdict === 'hold' || effectiveness === 'ineffective';

/** What a session did before. */
class Sessions {
  readonly #done = new Set<string>();
  readonly #denied = new Set<string>();

  kinds(write: Intent): readonly AnomalyKind[] {
    const { agent, session, route, subject, amount, fingerprint, verdict } = write;
    const on = JSON.stringify([agent, session, route, subject ?? fingerprint]);
    const same = JSON.stringify([on, subject === null ? '' : amount?.micros.toString(), amount?.currency]);
    if (verdict === 'deny') this.#denied.add(on);
    if (refused(write)) return [];
    const kinds: AnomalyKind[] = [];
    if (this.#done.has(same)) kinds.push('repeated');
    if (this.#denied.has(on)) kinds.push('refused_then_retried');
    this.#done.add(same);
    return kinds;
  }
}

/** The values of each provenance rule, as they came. */
class Values {
  readonly #seen = new Map<string, { readonly values: Set<string>; calls: number }>();

  isNew({ values }: Intent): boolean {
    let isNew = false;
    for (const [rule, value] of Object.entries(values)) {
      const seen = this.#of(rule);
      const mostlyKnown = seen.calls >= VALUES_MIN && seen.values.size * 2 <= seen.calls;
      if (mostlyKnown && !seen.values.has(value)) isNew = true;
      seen.values.add(value);
      seen.calls += 1;
    }
    return isNew;
  }

  #of(rule: string): { readonly values: Set<string>; calls: number } {
    const known = this.#seen.get(rule);
    if (known !== undefined) return known;
    const fresh = { values: new Set<string>(), calls: 0 };
    this.#seen.set(rule, fresh);
    return fresh;
  }
}
