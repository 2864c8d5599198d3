import type { Stage } from '../../engine/call.ts';
import { formatShare, type Ppm } from '../../std/share.ts';
import type { DemotionTerms, EvidenceTerms, TargetTerms } from '../promotion.ts';
import { evidenceDefaults } from './defaults.ts';

/** What is demanded, a phrase for each kind of thing, and what the policy says that it does without. */
export interface Demands {
  readonly asks: readonly string[];
  readonly waived: readonly string[];
}

const COUNTED = {
  weekdays: 'on weekdays',
  weekend: 'at weekends',
  amounts: 'in each band of amounts',
} as const;

/** What a stage demands of whoever comes to it. */
export function targetDemands({ from, evidence, scenarios, probe, efficacy }: TargetTerms): Demands {
  return together([
    evidenceDemands(evidence, from),
    asked('scenarios', scenarios, (which) =>
      which === 'all' ? 'every scenario holds' : `these scenarios hold: ${which.join(', ')}`,
    ),
    asked('the probe', probe, ({ runs }) => `${runs} runs of the probe find nothing`),
    asked(
      'efficacy',
      efficacy,
      ({ caughtAtLeast, stoppedWronglyAtMost }) =>
        `of labelled calls the guards stop at least ${formatShare(caughtAtLeast)} of the harmful, and at most ` +
        `${formatShare(stoppedWronglyAtMost)} of the good`,
    ),
    { asks: ['no freeze is open'], waived: [] },
  ]);
}

/** What a journal must show. Waived is what would be asked there if the policy did not say otherwise. */
export function evidenceDemands(terms: EvidenceTerms, place: Stage | 'each'): Demands {
  const { asks, waived } = demandsIn(terms);
  const unasked = new Set(demandsIn(evidenceDefaults(place)).waived);
  return { asks, waived: waived.filter((name) => !unasked.has(name)) };
}

function demandsIn(terms: EvidenceTerms): Demands {
  const { days, sessions, writes, strata, harmBelow, agreementAbove, reviewedAtLeast, errorsAtMost, steady } = terms;
  const sure = `${formatShare(Math.round(terms.confidence * 1_000_000))} sure, ${lookOf(terms)}`;
  return together([
    asked('days', counted(days), (count) => `${count} ${count === 1 ? 'day' : 'days'} of calls`),
    asked(
      'sessions',
      counted(sessions),
      (count) => `${count} ${count === 1 ? 'session' : 'sessions'} that meant to write`,
    ),
    asked(
      'writes',
      counted(writes),
      (count) => `${count} intended ${count === 1 ? 'write' : 'writes'} of each route that writes`,
    ),
    ...Object.entries(COUNTED).map(([key, where]) =>
      asked(`writes ${where}`, counted(strata[key as keyof typeof COUNTED]), (count) => `${count} of them ${where}`),
    ),
    asked(
      'faults of the upstream',
      counted(strata.faults),
      (count) =>
        `${count} ${count === 1 ? 'call that met a fault of its' : 'calls that met a fault of their'} upstream`,
    ),
    asked('harm', harmBelow, (line) => `harm in less than ${formatShare(line)} of the sessions (${sure})`),
    asked(
      'agreement',
      agreementAbove,
      (line) => `people agree with more than ${formatShare(line)} of its writes (${sure})`,
    ),
    asked('review', reviewedAtLeast, (part) => `people have reviewed ${formatShare(part)} of what was chosen for it`),
    asked('errors', errorsAtMost, (part) => `at most ${formatShare(part)} of its calls failed at their upstream`),
    asked('steadiness', steady || null, () => 'the second half is like the first'),
    { asks: [...terms.classes].map(([route, figures]) => `${route}: ${classWords(figures)}`), waived: [] },
  ]);
}

/** What takes a stage back by itself. */
export function demotionDemands({
  harmAbove,
  disagreementAbove,
  errorsAbove,
  drift,
  confidence,
}: DemotionTerms): Demands {
  const line = (name: string, what: string, above: Ppm | null): Demands =>
    asked(name, above, (share) => `${what} above ${formatShare(share)}`);
  const { asks, waived } = together([
    line('harm', 'harm', harmAbove),
    line('disagreement', 'disagreement of reviewers', disagreementAbove),
    line('errors', 'errors of its upstreams', errorsAbove),
    asked('drift', drift || null, () => 'drift from what it was promoted for'),
  ]);
  const sure = `, once that is ${formatShare(Math.round(confidence * 1_000_000))} sure`;
  return { asks: asks.length === 0 ? [] : [...asks.slice(0, -1), `${asks.at(-1)}${sure}`], waived };
}

function lookOf({ look }: EvidenceTerms): string {
  return look === 'continuous' ? 'looked at as often as one likes' : `looked at once, at ${look.sessions} sessions`;
}

function classWords({
  writes,
  harmBelow,
  agreementAbove,
}: EvidenceTerms['classes'] extends ReadonlyMap<unknown, infer Class> ? Class : never): string {
  const words = [
    writes === undefined ? undefined : writes === 0 ? 'any number of writes' : `${writes} writes`,
    figure('harm', 'below', harmBelow),
    figure('agreement', 'above', agreementAbove),
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

function figure(name: string, side: string, line: Ppm | null | undefined): string | undefined {
  if (line === undefined) return undefined;
  return line === null ? `${name} waived` : `${name} ${side} ${formatShare(line)}`;
}

function counted(count: number): number | null {
  return count === 0 ? null : count;
}

function asked<Value>(name: string, value: Value | null, words: (value: Value) => string): Demands {
  return value === null ? { asks: [], waived: [name] } : { asks: [words(value)], waived: [] };
}

function together(parts: readonly Demands[]): Demands {
  return { asks: parts.flatMap(({ asks }) => asks), waived: parts.flatMap(({ waived }) => waived) };
}
