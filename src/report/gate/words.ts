import type { Criterion, CriterionId, CriterionOutcome, GateResult, GateVerdict } from '../../gate/criterion.ts';
import { counted } from '../page/amounts.ts';
import { listed } from '../shadow/words.ts';

/** The word that stands beside each mark: no meaning rests on colour alone. */
export const OUTCOME_WORD: Readonly<Record<CriterionOutcome, string>> = {
  pass: 'met',
  fail: 'FAILED',
  inconclusive: 'lacking',
  waived: 'waived',
  shown: 'shown only',
};

/** `limited`, `limited (step 2)` */
export const stageText = ({ to, step }: Pick<GateResult, 'to' | 'step'>): string =>
  step === null ? to : `${to} (step ${step})`;

/** `harm per session of create_refund` */
export const criterionText = ({ title, class: of }: Pick<Criterion, 'title' | 'class'>): string =>
  of === null ? title : `${title} of ${of}`;

/** The verdict as one sentence, without its full stop. */
export function verdictText(result: GateResult): string {
  const stage = stageText(result);
  const said: Readonly<Record<GateVerdict, string>> = {
    PASS: `has shown what ${stage} demands`,
    FAIL: `must not go to ${stage}`,
    INCONCLUSIVE: `has not shown enough for ${stage} yet`,
  };
  return `${result.agent} ${said[result.verdict]}`;
}

/** `2 of 14 criteria failed, 3 lack evidence, 1 is waived by the policy; 8 are met.` */
export function countsText({ criteria: all }: GateResult): string {
  const criteria = all.filter(({ outcome }) => outcome !== 'shown');
  const of = (outcome: CriterionOutcome): number => criteria.filter((each) => each.outcome === outcome).length;
  const [failed, lacking, waived, met] = [of('fail'), of('inconclusive'), of('waived'), of('pass')];
  const parts = [
    failed > 0 && `${failed} failed`,
    lacking > 0 && `${lacking} ${lacking === 1 ? 'lacks' : 'lack'} evidence`,
    waived > 0 && `${waived} ${waived === 1 ? 'is' : 'are'} waived by the policy`,
    met > 0 && `${met} ${met === 1 ? 'is' : 'are'} met`,
  ].filter((part) => part !== false);
  return `Of ${counted(criteria.length, 'criterion', 'criteria')} ${listed(parts)}.`;
}

/** What failed first, then what lacks; each as one sentence with the days that are left. */
export function lackingSentences({ criteria }: Pick<GateResult, 'criteria'>): readonly string[] {
  return lackingCriteria(criteria).map(
    (criterion) => `${capital(criterionText(criterion))}: ${lackingText(criterion)}`,
  );
}

export function lackingCriteria(criteria: readonly Criterion[]): readonly Criterion[] {
  return (['fail', 'inconclusive'] as const).flatMap((wanted) => criteria.filter(({ outcome }) => outcome === wanted));
}

/** What is lacking, and how long it would take at the present rate. */
export function lackingText(criterion: Criterion): string {
  const { lacking, required, observed, daysLeft } = criterion;
  const said = sentence(lacking ?? `${observed} was seen where ${required} is demanded`);
  return daysLeft === undefined ? said : `${said} ${capital(daysText(daysLeft))} at the present rate.`;
}

/** `about 6 more days`; what is almost there takes one. */
export function daysText(daysLeft: number): string {
  return `about ${counted(Math.max(1, Math.ceil(daysLeft)), 'more day')}`;
}

/** The longest wait among what lacks: until then no gate can pass. `undefined`: nothing lacks that time would bring. */
export function waitText({ verdict, criteria }: GateResult): string | undefined {
  if (verdict !== 'INCONCLUSIVE') return undefined;
  const lacking = lackingCriteria(criteria);
  const waits = lacking.flatMap(({ daysLeft }) => daysLeft ?? []);
  if (waits.length === 0) return undefined;
  // Of what has not begun nobody can say how long it takes: the rest is no promise for it.
  const isAtLeast = lacking.some(({ id, daysLeft }) => daysLeft === undefined && TAKE_TIME.has(id));
  return `At the present rate it is ${isAtLeast ? 'at least ' : ''}${daysText(Math.max(...waits))} away.`;
}

/** What only time brings; a person or a command brings the rest. */
const TAKE_TIME: ReadonlySet<CriterionId> = new Set<CriterionId>([
  'days',
  'sessions',
  'writes',
  'strata',
  'harm',
  'agreement',
  'errors',
  'steady',
]);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
