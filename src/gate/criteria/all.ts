import type { Criterion } from '../criterion.ts';
import { agreement } from './agreement.ts';
import { consistency } from './consistency.ts';
import { efficacy } from './efficacy.ts';
import { errors } from './errors.ts';
import { freezes } from './freezes.ts';
import { classTerms, type ClassJudge, type GateCase, type Judge } from './gate-case.ts';
import { harm } from './harm.ts';
import { identity } from './identity.ts';
import { journal, redecided } from './journal.ts';
import { load } from './load.ts';
import { people } from './people.ts';
import { probe } from './probe.ts';
import { reviewed } from './reviewed.ts';
import { scenarios } from './scenarios.ts';
import { steady } from './steady.ts';
import { faults, strata } from './strata.ts';
import { days, sessions } from './time-seen.ts';
import { someClass, writes } from './writes.ts';

/** In the order in which a person asks: whether it can be believed at all, how much there is, what it says, what was tried, who agrees. */
const BEFORE: readonly Judge[] = [identity, journal, redecided, freezes, days, sessions, faults, someClass];
const OF_EACH_CLASS: readonly ClassJudge[] = [writes, strata, harm, agreement];
const BEHIND: readonly Judge[] = [reviewed, errors, steady, load, consistency, scenarios, probe, efficacy, people];

export function judgeCriteria(at: GateCase): readonly Criterion[] {
  return [
    ...BEFORE.flatMap((judge) => judge(at)),
    ...at.evidence.classes.flatMap((of) =>
      OF_EACH_CLASS.flatMap((judge) => judge(at, of, classTerms(at.demanded, of.route))),
    ),
    ...BEHIND.flatMap((judge) => judge(at)),
  ];
}
