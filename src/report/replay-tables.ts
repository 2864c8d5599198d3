import { formatMoney } from '../std/money.ts';
import {
  CHANGE_KINDS,
  type CandidateDiff,
  type ChangeKind,
  type Cut,
  type Example,
  type MoneyJson,
  type ReplayReport,
  type TallyJson,
  type VerdictJson,
} from '../replay/index.ts';
import { shortNames } from './short-names.ts';

/** A table as a person reads it, whatever it is printed as. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences below it. */
  readonly notes: readonly string[];
}

export const CHANGE_WORDS: Readonly<Record<ChangeKind, string>> = {
  blocked: 'newly blocked',
  allowed: 'newly let through',
  held: 'newly held',
  captured: 'newly captured',
  sent: 'newly sent',
};

const CUT_WORDS: Readonly<Record<Cut, string>> = {
  guard: 'Guard',
  rule: 'Rule',
  route: 'Route',
  agent: 'Agent',
  stage: 'Stage it was recorded in',
  day: 'Day (UTC)',
};

/** Enough of one cut to see where it comes from; JSON has all of them. */
const ROWS_SHOWN = 12;
const EXAMPLES_SHOWN = 5;

/** What was replayed, in one sentence. */
export function replayed({ recorded }: ReplayReport): string {
  const { calls, agents, sessions, from, to, policies } = recorded;
  const when = from === null || to === null ? '' : `, ${day(from)} to ${day(to)}`;
  const under = policies
    .filter(({ calls: decided }) => decided > 0)
    .map(({ file, digest }) => `${file} (${digest.slice(0, 12)})`)
    .join(', ');
  const who = agents.length === 1 ? `of ${agents[0]}` : `of ${agents.length} agents`;
  return `${several(calls, 'call')} ${who} in ${several(sessions, 'session')}${when}, decided under ${under === '' ? 'no policy' : under}.`;
}

/** Every table of a replay; candidates stand side by side where they can. */
export function replayTables(report: ReplayReport): readonly Table[] {
  const { candidates } = report;
  return [summary(candidates), sureness(candidates), ...cuts(candidates), ...candidates.flatMap(details)];
}

function summary(candidates: readonly CandidateDiff[]): Table {
  const stages = candidates.some(({ changes }) => changes.captured.calls + changes.sent.calls > 0);
  const kinds = CHANGE_KINDS.filter((kind) => stages || (kind !== 'captured' && kind !== 'sent'));
  return {
    title: 'What would change',
    head: ['', ...namesOf(candidates)],
    rows: [
      ...kinds.map((kind) => [CHANGE_WORDS[kind], ...candidates.map(({ changes }) => counted(changes[kind]))]),
      ['the same verdict', ...candidates.map((candidate) => calls(unchanged(candidate)))],
      ['could not be judged', ...candidates.map(({ verdicts }) => calls(verdicts.unjudged))],
    ],
    notes: candidates.flatMap(({ policy }, index) => {
      const name = namesOf(candidates)[index];
      return name === undefined || name === policy.file ? [] : [`${name} is ${policy.file}`];
    }),
  };
}

/** What the candidates' columns are called. */
const namesOf = (candidates: readonly CandidateDiff[]): readonly string[] =>
  shortNames(candidates.map(({ policy }) => policy.file));

function sureness(candidates: readonly CandidateDiff[]): Table {
  const of = (name: keyof CandidateDiff['certainty']): string[] => candidates.map((one) => sure(one, name));
  return {
    title: 'How sure that is',
    head: ['', ...namesOf(candidates)],
    rows: [
      ['exact', ...of('exact')],
      ['uncertain: own session', ...of('own_session')],
      ['uncertain: shared state', ...of('shared_state')],
    ],
    notes: [
      'Exact: nothing before the call was told its agent, or counted by its rules, otherwise than it was recorded.',
      'Own session: its session was answered otherwise before; what the agent would have done then, nobody knows.',
      'Shared state: another session was, and may have changed what this call’s rules count (a budget, a `once`, a rate).',
      ...terms(candidates),
    ],
  };
}

function sure({ certainty, changes }: CandidateDiff, name: keyof CandidateDiff['certainty']): string {
  const changed = CHANGE_KINDS.reduce((sum, kind) => sum + changes[kind].certainty[name], 0);
  return `${calls(certainty[name])}, ${number(changed)} of them changed`;
}

function terms([candidate]: readonly CandidateDiff[]): readonly string[] {
  if (candidate === undefined) return [];
  const { sessions, stages, outcomes } = candidate.terms;
  return [
    ...(sessions === 'apart'
      ? [
          'Sessions are taken to meet in what rules count, not in the business’s own data; `--sessions together` drops that.',
        ]
      : [
          'Sessions may meet in the business’s data: behind the first change of an agent that writes, all others are uncertain.',
        ]),
    ...(stages === 'neutral' ? ['Whatever the stage: only what the other guards say is compared.'] : []),
    `A call that was never sent and now would be is taken to end ${outcomes === 'unknown' ? 'unseen' : outcomes}.`,
  ];
}

function cuts(candidates: readonly CandidateDiff[]): readonly Table[] {
  const wanted: readonly Cut[] = ['guard', 'rule', 'route', 'agent', 'stage', 'day'];
  return wanted.flatMap((cut) => {
    const names = [...new Set(candidates.flatMap(({ by }) => by[cut].map(({ name }) => name)))];
    // One row says no more than the sum does.
    if (names.length === 0 || (names.length === 1 && cut !== 'guard' && cut !== 'rule')) return [];
    const sorted = cut === 'day' ? names.toSorted() : names;
    const rows = sorted.slice(0, ROWS_SHOWN).flatMap((name) =>
      CHANGE_KINDS.flatMap((kind) => {
        const tallies = candidates.map(({ by }) => by[cut].find((row) => row.name === name)?.changes[kind]);
        if (tallies.every((tally) => tally === undefined)) return [];
        return [[name, CHANGE_WORDS[kind], ...tallies.map((tally) => (tally === undefined ? '' : counted(tally)))]];
      }),
    );
    const more = names.length - ROWS_SHOWN;
    return [
      {
        title: `By ${CUT_WORDS[cut].toLowerCase().replace('(utc)', '(UTC)')}`,
        head: [CUT_WORDS[cut], '', ...namesOf(candidates)],
        rows,
        notes: more > 0 ? [`And ${more} more; --json has them all.`] : [],
      },
    ];
  });
}

function details(candidate: CandidateDiff): readonly Table[] {
  const { policy, examples, unjudged } = candidate;
  const freezes = candidate.freezes.filter(({ recorded }) => !recorded);
  const kept = candidate.freezes.length - freezes.length;
  const worst = CHANGE_KINDS.filter((kind) => examples[kind].length > 0).map((kind): Table => ({
    title: `${policy.file}: ${CHANGE_WORDS[kind]}, the most money first`,
    head: ['Call', 'Route', 'Subject', 'Amount', 'Was', 'Would be', ''],
    rows: examples[kind].slice(0, EXAMPLES_SHOWN).map(exampleRow),
    notes: [],
  }));
  return [
    ...worst,
    ...(unjudged.length === 0
      ? []
      : [
          {
            title: `${policy.file}: what could not be judged`,
            head: ['Asked for', 'Why it is unknown', 'Calls', 'For instance'],
            rows: unjudged.map(({ rule, why, calls: count, examples: [first = ''] }) => [
              rule,
              why,
              number(count),
              first,
            ]),
            notes: ['Such a call counts as unchanged, and its session is uncertain behind it.'],
          },
        ]),
    ...(freezes.length === 0
      ? []
      : [
          {
            title: `${policy.file}: freezes that it would newly begin`,
            head: ['Agent', 'At', 'Rule', 'Reason', 'Call'],
            rows: freezes
              .slice(0, ROWS_SHOWN)
              .map(({ agent, at, rule, reason, call }) => [agent, new Date(at).toISOString(), rule, reason, call]),
            notes: [
              ...(freezes.length > ROWS_SHOWN ? [`And ${freezes.length - ROWS_SHOWN} more; --json has them all.`] : []),
              ...(kept === 0
                ? []
                : [
                    `${several(kept, 'freeze')} that the recorded policy began as well ${kept === 1 ? 'is' : 'are'} not listed.`,
                  ]),
              'Nobody was there to resume the agent: from there on it stays frozen, until a resume that was recorded.',
            ],
          },
        ]),
  ];
}

function exampleRow({
  call,
  route,
  subject,
  amount,
  recorded,
  candidate,
  certainty,
  madeUp,
}: Example): readonly string[] {
  const doubts = [
    ...(certainty === 'exact' ? [] : [`uncertain: ${certainty.replace('_', ' ')}`]),
    ...(madeUp ? ['its subject is made up: in production it would be another'] : []),
  ];
  return [call, route, subject ?? '', amount ?? '', said(recorded), said(candidate), doubts.join('; ')];
}

const PAST = { allow: 'allowed', deny: 'denied', hold: 'held', capture: 'captured' } as const;

function said({ verdict, rule, reason }: VerdictJson): string {
  return rule === null ? PAST[verdict] : `${PAST[verdict]}: ${reason} (${rule})`;
}

function unchanged({ verdicts, changes }: CandidateDiff): number {
  const judged = verdicts.allow + verdicts.deny + verdicts.hold + verdicts.capture;
  return judged - CHANGE_KINDS.reduce((sum, kind) => sum + changes[kind].calls, 0);
}

function counted({ calls: count, money }: TallyJson): string {
  const amounts = amountsOf(money);
  return amounts === '' ? calls(count) : `${calls(count)}, ${amounts}`;
}

function amountsOf(money: MoneyJson): string {
  return Object.entries(money)
    .map(([currency, micros]) => formatMoney({ micros: BigInt(micros), currency }))
    .map((text) => text.replace(/^(-?\d+)/, (units) => number(Number(units))))
    .join(' + ');
}

const number = (count: number): string => count.toLocaleString('en-US');
const several = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? '' : 's'}`;
const calls = (count: number): string => several(count, 'call');
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
