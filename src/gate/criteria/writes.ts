import { shownCalls, writesBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import { enough } from './enough.ts';
import type { ClassJudge, Judge } from './gate-case.ts';
import { daysUntil } from './pace.ts';
import { whole } from './wording.ts';

/** That each class of action was used often enough to say anything of it. */
export const writes: ClassJudge = (at, of, { writes: demanded }) => [
  enough({
    id: 'writes',
    class: of.route,
    title: 'intended writes',
    unit: 'write',
    demanded,
    seen: of.meant,
    ...(of.stopped === 0 ? {} : { remark: `and ${whole(of.stopped)} that a guard stopped` }),
    hint: of.meant === 0 ? 'give it work that needs it, or take the route out of its `allow`' : 'let it work on',
    ...(of.meant === 0 ? { because: 'the agent never used it, although it may' } : {}),
    daysLeft: daysUntil(at, demanded - of.meant, of.meant),
    behind: [writesBehind(at.evidence, of), ...shownCalls(of.shown)],
  }),
];

/** Every other demand is made class by class, and of none at all each would be met. */
export const someClass: Judge = ({ evidence: { classes, agent } }) =>
  classes.length > 0
    ? []
    : [
        criterionOf({
          id: 'writes',
          title: 'intended writes',
          required: 'a route that writes',
          observed: 'the policy lets it use none',
          outcome: 'inconclusive',
          lacking: `${agent} may write nothing, so that a higher stage lets it do nothing more; leave it where it is`,
        }),
      ];
