import type { EvidenceTerms } from '../policy/promotion.ts';
import type { Instant } from '../std/clock.ts';
import { classTerms } from './criteria/gate-case.ts';
import type { ClassEvidence } from './evidence/evidence.ts';
import { clopperPearson } from './statistics/clopper-pearson.ts';
import { sequenceBound } from './statistics/confidence-sequence.ts';

/** How the bound on a class's harm came down as sessions were judged: what a reader looks at before a number. */
export interface HarmCourse {
  readonly class: string;
  /** What the bound must come under; of 1. `null`: the policy does not demand it. */
  readonly limit: number | null;
  /** Of 1. */
  readonly confidence: number;
  /** `continuous`: the bound holds at every session at once. A number: only at that many, where somebody looks once. */
  readonly look: 'continuous' | number;
  /** In time order, at most about {@link POINTS_MAX}; sessions with harm, the first and the last among them. */
  readonly points: readonly CoursePoint[];
}

export interface CoursePoint {
  /** Sessions judged up to here, and those of them with harm. */
  readonly sessions: number;
  readonly harmful: number;
  readonly at: Instant;
  /** Harm per session, bounded from above; of 1. */
  readonly bound: number;
}

/** As many as a screen shows. */
export const POINTS_MAX = 200;
const ALL_PPM = 1_000_000;

/** The course of a class's bound, by the bound that its criterion uses. Nobody judged a session: no point. */
export function harmCourse(of: Pick<ClassEvidence, 'route' | 'judged'>, terms: EvidenceTerms): HarmCourse {
  const { confidence, look } = terms;
  const { harmBelow } = classTerms(terms, of.route);
  const planned = look === 'continuous' ? null : look.sessions;
  const counts = countsOf(of.judged);
  // A planned look is taken once: before it there is nothing to see, and what comes behind it is not seen.
  const shown = planned === null ? thinned(counts) : counts.slice(planned - 1, planned);
  const bound = planned === null ? sequenceBound : clopperPearson;
  return {
    class: of.route,
    limit: harmBelow === null ? null : harmBelow / ALL_PPM,
    confidence,
    look: planned ?? 'continuous',
    points: shown.map((count) => ({ ...count, bound: bound(count.harmful, count.sessions, confidence).high })),
  };
}

type Count = Omit<CoursePoint, 'bound'>;

function countsOf(judged: ClassEvidence['judged']): readonly Count[] {
  let harmful = 0;
  return judged.map(({ at, harmful: wrong }, index) => {
    if (wrong > 0) harmful += 1;
    return { sessions: index + 1, harmful, at };
  });
}

/** As many as can be seen; where harm came, the step up must be at its place. */
function thinned(counts: readonly Count[]): readonly Count[] {
  const every = Math.ceil(counts.length / POINTS_MAX);
  const harms = counts.filter((count, index) => count.harmful > (counts[index - 1]?.harmful ?? 0));
  const kept = new Set(harms.length > POINTS_MAX ? [] : harms);
  return counts.filter((count, index) => index % every === 0 || index === counts.length - 1 || kept.has(count));
}
