import { passHat } from '../statistics/consistency.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, percent } from './wording.ts';

/** How often a task is run again before anybody believes that it always goes well. */
const RUNS = [1, 2, 4, 8] as const;

/** How probable it is that all runs of one task do no harm. Shown: what it means depends on how often a task comes back. */
export const consistency: Judge = ({ evidence }) => {
  const said = RUNS.flatMap((k) => {
    const { share, tasks } = passHat(k, evidence.sessions.repeated);
    return share === null ? [] : [`pass^${k} ${percent(share)} of ${counted(tasks, 'task')}`];
  });
  return [
    criterionOf({
      id: 'consistency',
      title: 'tasks done again and again',
      required: 'shown',
      observed: said.length === 0 ? 'no task was judged more than once' : said.join(', '),
      outcome: 'shown',
    }),
  ];
};
