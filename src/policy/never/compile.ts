import type { AgentId, RouteId } from '../../engine/ids.ts';
import { durationMs, moneyOf } from '../checked.ts';
import type { NeverDeeds, NeverRule, NeverWindow } from '../never.ts';
import { formatPath } from '../problem.ts';
import type { PolicyFile } from '../schema.ts';
import type { NeverFile, NeverWhat } from '../schema/never.ts';
import { selects } from '../selector.ts';
import { counted, isWord, namesIn, type CountedKey } from './counted.ts';
import { neverText, whatText } from './text.ts';
import { usualZone } from './zone.ts';

/** Only of rules that were checked. */
export function compileNever(file: PolicyFile): readonly NeverRule[] {
  return file.never.map((written, index) => {
    const { key, what } = counted(written);
    const rule = {
      rule: formatPath(['never', index]),
      what: whatText(key, what),
      deeds: deedsOf(key, what, file),
      agents: written.agents === undefined ? ('all' as const) : new Set(written.agents as AgentId[]),
      ...limitOf(written, file),
    };
    return { ...rule, text: neverText(rule) };
  });
}

function deedsOf(key: CountedKey, what: NeverWhat, { routes }: PolicyFile): NeverDeeds {
  if (typeof what === 'object' && 'ledger' in what) return { by: 'ledger', kind: what.ledger };
  const names = namesIn(what);
  const words = names.filter((name) => isWord(key, name));
  // An effect is a write though its route be called a read.
  const all = words.some((word) => word === 'all' || word === 'out' || (key === 'effect' && word === 'write'));
  if (all) return { by: 'routes', routes: 'all' };
  const chosen = Object.entries(routes).filter(
    ([id, { effect }]) =>
      names.includes(id) || words.some((word) => selects({ effect: word as typeof effect }, id, effect)),
  );
  return { by: 'routes', routes: new Set(chosen.map(([id]) => id as RouteId)) };
}

type Limit = NeverRule extends infer Rule
  ? Rule extends NeverRule
    ? Omit<Rule, 'rule' | 'text' | 'what' | 'deeds' | 'agents'>
    : never
  : never;

function limitOf(written: NeverFile, file: PolicyFile): Limit {
  if ('effect' in written) {
    const { morePer, than, within, over, per, each = 'all', timezone } = written;
    return {
      kind: 'effects',
      over: (morePer === undefined ? over : than) ?? 0,
      each: morePer ?? each,
      within: windowOf(morePer === undefined ? per : within, timezone, file),
    };
  }
  const { per, timezone, each = 'all' } = written;
  const within = windowOf(per, timezone, file);
  if ('read' in written) return { kind: 'reads', over: written.over ?? 0, each, within };
  if ('requests' in written) return { kind: 'requests', over: written.over ?? 0, each, within };
  if (written.to !== undefined) return { kind: 'payees', only: new Set(written.to) };
  return { kind: 'money', over: [written.over ?? []].flat().map(moneyOf), each, within };
}

function windowOf(per: string | undefined, timezone: string | undefined, file: PolicyFile): NeverWindow {
  if (per === undefined) return { kind: 'ever' };
  return per === 'day'
    ? { kind: 'day', timeZone: timezone ?? usualZone(file) }
    : { kind: 'rolling', ms: durationMs(per) };
}
