import type { PolicyFile } from '../schema.ts';
import type { Report } from '../report.ts';
import { checkAmount } from './amount.ts';
import { checkBounds, movesMoney, positive, warnUnbounded } from './bounds.ts';
import { checkMeetable } from './meetable.ts';
import { concerned, sharedBudgets } from './view.ts';

/** Amounts that can be read, and limits on them that something can meet. */
export function checkMoney(policy: PolicyFile, report: Report): void {
  for (const [id, route] of Object.entries(policy.routes)) checkAmount(id, route, report);
  const everyRoute = new Map(Object.entries(policy.routes));
  for (const { rule, path } of sharedBudgets(policy)) {
    positive(rule.max, [...path, 'max'], report);
    movesMoney(concerned(rule, everyRoute), path, 'budget', report);
  }
  for (const [id, agent] of Object.entries(policy.agents)) {
    checkBounds(policy, id, agent, report);
    checkMeetable(policy, id, agent, report);
    warnUnbounded(policy, id, agent, report);
  }
}
