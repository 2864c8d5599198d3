import { formatMoney } from '../../std/money.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../../journal/entry.ts';
import type { Archive } from './archive.ts';
import { bareId } from './mentions.ts';
import { scalarsOf } from './scalars.ts';
import { only, stepOf, wholes, type Whole } from './steps.ts';
import type { Ledger, Link, Step, Total } from './told.ts';

/** Lines of a ledger; what is older is counted and not shown. */
export const LEDGER_MAX = 200;
/** Records that are looked at for one identifier, the latest. */
export const PLACES_MAX = 1_000;
/** Things that are looked up because an answer says that they belong to what was asked for. */
export const LINKS_MAX = 50;

/** What was done to something: by its subject, by its id in requests, and to what answers say belongs to it. */
export async function ledgerOf(archive: Archive, name: string): Promise<Ledger> {
  const [mentioning, { made, links }] = await Promise.all([
    callsMentioning(archive, name),
    answersNaming(archive, name),
  ]);
  const direct = [...mentioning, ...made];
  const linked = await Promise.all(links.map(({ id }) => callsMentioning(archive, id)));
  const entries = new Map([...direct, ...linked.flat()].map((entry) => [String(entry.call), entry]));
  const used = links.filter((_, index) => (linked[index] ?? []).some(({ effect }) => effect !== 'read'));
  return ledgerFrom(archive, name, [...entries.values()], used);
}

/** @param entries calls of any effect, each once */
export async function ledgerFrom(
  archive: Archive,
  name: string,
  entries: readonly Recorded<CallEntry>[],
  links: readonly Link[] = [],
): Promise<Ledger> {
  const sorted = entries.toSorted((a, b) => a.seq - b.seq);
  const writes = sorted.filter(({ effect }) => effect !== 'read');
  const steps = became(await wholes(archive, writes));
  return {
    name,
    steps: steps.slice(-LEDGER_MAX),
    omitted: Math.max(0, steps.length - LEDGER_MAX),
    reads: sorted.filter(({ effect, before }) => effect === 'read' && before === undefined).length,
    agents: [...new Set(sorted.map(({ agent }) => String(agent)))],
    totals: totalsOf(steps),
    links,
  };
}

async function callsMentioning(archive: Archive, key: string): Promise<readonly Recorded<CallEntry>[]> {
  const places = await archive.find(key, { kinds: ['call'], roles: ['subject', 'sent'], last: PLACES_MAX });
  return only(await archive.read(places), 'call');
}

interface Named {
  /** Writes whose own answer names it: what made it, or changed it. */
  readonly made: readonly Recorded<CallEntry>[];
  /** What belongs to it: items whose answer names it, and items of lists beside which it stands. */
  readonly links: readonly Link[];
}

async function answersNaming(archive: Archive, name: string): Promise<Named> {
  const id = bareId(name) ?? name;
  const places = await archive.find(id, { kinds: ['outcome'], roles: ['answered'], last: PLACES_MAX });
  const outcomes = only(await archive.read(places), 'outcome');
  const made: Recorded<CallEntry>[] = [];
  const links = new Map<string, Link>();
  for (const outcome of outcomes) {
    const [entry] = only(
      await archive.read(await archive.find(outcome.call, { kinds: ['call'], roles: ['call'] })),
      'call',
    );
    if (entry !== undefined && entry.effect !== 'read') made.push(entry);
    for (const link of linksIn(outcome, id))
      if (links.size < LINKS_MAX && !links.has(link.id)) links.set(link.id, link);
  }
  return { made, links: [...links.values()] };
}

function linksIn({ answer, call }: OutcomeEntry, id: string): readonly Link[] {
  const scalars = scalarsOf(answer ?? '');
  const ids = new Map(scalars.flatMap(({ path, text }) => (/(^|\.)id$/.test(path) ? [[path, text] as const] : [])));
  return scalars.flatMap(({ path, text }): Link[] => {
    if (text !== id || /(^|\.)id$/.test(path)) return [];
    const beside = ids.get(path.replace(/[^.[\]]+$/, 'id'));
    return beside === undefined || beside === id ? [] : [{ id: beside, call, path }];
  });
}

/** Held calls that were sent later point to what they became. */
function became(calls: readonly Whole[]): readonly Step[] {
  const sentAs = new Map(
    calls.flatMap(({ entry }) => (entry.approval === undefined ? [] : [[entry.approval, entry.call]])),
  );
  return calls.map((whole) => stepOf(whole, sentAs.get(whole.entry.call) ?? null));
}

export function totalsOf(steps: readonly Step[]): readonly Total[] {
  const totals = new Map<string, { -readonly [Key in keyof Total]: Total[Key] }>();
  const none = { calls: 0, micros: '0' };
  for (const { route, amount, verdict, end } of steps) {
    const recorded = end?.origin === 'recorded';
    const which =
      verdict === 'capture' && !recorded
        ? 'meant'
        : verdict !== 'allow' && !recorded
          ? undefined
          : end?.effectiveness === 'effective'
            ? 'done'
            : end === null || end.effectiveness === 'unknown'
              ? 'unknown'
              : undefined;
    if (amount === null || which === undefined) continue;
    const key = `${route} ${amount.currency}`;
    const total = totals.get(key) ?? { route, currency: amount.currency, done: none, unknown: none, meant: none };
    const before = total[which];
    total[which] = { calls: before.calls + 1, micros: String(BigInt(before.micros) + BigInt(amount.micros)) };
    totals.set(key, total);
  }
  return [...totals.values()];
}

export const moneyOf = (micros: string, currency: string): string => formatMoney({ micros: BigInt(micros), currency });
