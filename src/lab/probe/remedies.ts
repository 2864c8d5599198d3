import type { Oracle } from '../oracles/oracle.ts';
import { loadPolicy, type PolicyFiles } from '../../policy/index.ts';
import { isAdmitted } from '../../engine/decision.ts';
import { accountOf, type Account } from './account.ts';
import type { Course } from './course.ts';
import type { Remedy, Told } from './discovery.ts';
import { type Field, underPolicy } from './field.ts';
import { gapOf } from './gap.ts';
import { allowances } from './remedies/allowances.ts';
import { amounts } from './remedies/amounts.ts';
import { budgets } from './remedies/budgets.ts';
import { paidInAnother } from './remedies/currencies.ts';
import { limits } from './remedies/limits.ts';
import { unifiedDiff } from './remedies/line-diff.ts';
import { looks } from './remedies/looks.ts';
import { onceRules } from './remedies/once.ts';
import { origins } from './remedies/origins.ts';
import { isWriteEffect, suspicionOf, type Candidate, type Suspicion } from './remedies/suspicion.ts';
import { placesIn } from '../adversaries/ground/written.ts';
import { harmOf } from './shrink.ts';
import { storyOf, type Telling } from './story.ts';

/** Nobody reads more patches; the narrowest are the ones to read. */
export const REMEDIES_MAX = 3;

/** A remedy that stops what is no harm stands behind all that do not. */
const STOPS_WORK = 100;

const KINDS: readonly ((suspicion: Suspicion) => Iterable<Candidate>)[] = [
  onceRules,
  budgets,
  paidInAnother,
  amounts,
  origins,
  limits,
  looks,
  allowances,
];

export interface Trial {
  readonly field: Field;
  /** The one that saw the harm. */
  readonly oracle: Oracle;
  /** Shrunk; and as it was found, where that is at hand: a remedy holds on both. */
  readonly course: Course;
  readonly original?: Course | undefined;
  /** What the policy is read with. */
  readonly files: PolicyFiles;
}

/** A discovery as people are told it: the story, why nothing stopped it, and what would have. */
export function tell(trial: Trial): Told {
  const { field, oracle, course } = trial;
  const account = accountOf(field, course, oracle);
  const { harm } = account;
  const story = storyOf(account, tellingOf(field, account));
  if (harm === undefined) return { story, gap: 'It does no harm any more.', remedies: [] };
  const suspicion = suspicionOf(field, account, harm);
  if (harm.promise === true) {
    return {
      story,
      gap: `This is a promise of Interlock's own, and no hole in the policy: report it as a bug.`,
      remedies: [],
    };
  }
  const found = tried(suspicion, account, trial);
  return {
    story,
    gap: found[0]?.gap ?? gapOf(suspicion),
    remedies: found.slice(0, REMEDIES_MAX).map(({ remedy }) => remedy),
  };
}

/** What of the policy the story needs: the zones in whose days money or deeds were counted, and the fields that it reads. */
function tellingOf({ loaded }: Field, { harm, steps }: Account): Telling {
  const rule = loaded.never.find(({ rule: name }) => name === harm?.oracle);
  const counted = rule === undefined || rule.kind === 'payees' ? [] : [rule.within];
  const agents = new Set(steps.flatMap(({ judged }) => judged?.call.agent ?? []));
  const isMoney = rule === undefined || rule.kind === 'money';
  const budgets = [...agents].flatMap((agent) => loaded.policy.agents.get(agent)?.rules.budgets ?? []);
  const windows = [...counted, ...(isMoney ? budgets.map(({ per }) => per) : [])];
  return {
    zones: windows.flatMap((window) => (window.kind === 'day' ? [window.timeZone] : [])),
    places: [loaded.text, ...Object.values(loaded.includes)].flatMap(placesIn),
  };
}

interface Verified {
  readonly remedy: Remedy;
  readonly gap: string | undefined;
  readonly rank: number;
}

/** Every candidate that loads, and under which the same courses do no harm; the narrowest first. */
function tried(suspicion: Suspicion, account: Account, trial: Trial): readonly Verified[] {
  const { field, oracle, course, original, files } = trial;
  const { file, text: before } = field.loaded;
  const seen = new Set<string>([before]);
  const verified: Verified[] = [];
  for (const { title, gap, breadth, text, evasion, isForSize } of KINDS.flatMap((kind) => [...kind(suspicion)])) {
    if (text === undefined || seen.has(text)) continue;
    seen.add(text);
    const loaded = loadPolicy(text, file, files);
    if (!loaded.ok) continue;
    const mended = underPolicy(field, loaded.value);
    const evaded = evasion === undefined ? [] : [{ ...course, steps: evasion }];
    const courses = [course, ...(original === undefined ? [] : [original]), ...evaded];
    if (courses.some((one) => harmOf(mended, oracle, one) !== undefined)) continue;
    const rank = breadth + (isForSize !== true && stopsWork(mended, account, course) ? STOPS_WORK : 0);
    verified.push({ remedy: { title, patch: unifiedDiff(patchPath(file), before, text), text }, gap, rank });
  }
  return verified.toSorted((a, b) => a.rank - b.rank);
}

/** Whether the first write of the course that did no harm by itself is stopped as well. */
function stopsWork(mended: Field, account: Account, course: Course): boolean {
  const last = account.harm?.deeds.at(-1)?.by?.id;
  const first = account.steps.findIndex(
    ({ judged, arrived }) =>
      judged !== undefined && arrived === true && isWriteEffect(judged.call.effect) && judged.call.id !== last,
  );
  if (first === -1) return false;
  const { steps } = accountOf(mended, { ...course, steps: course.steps.slice(0, first + 1) });
  const verdict = steps[first]?.judged?.decision.verdict;
  return verdict === undefined || !isAdmitted(verdict);
}

/** As `patch -p1` and `git apply` want it: from where the policy was named. */
function patchPath(file: string): string {
  return file.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '');
}
