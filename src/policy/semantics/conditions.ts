import { integerField } from '../amount.ts';
import { parseCondition } from '../cel/condition.ts';
import type { PolicyFile } from '../schema.ts';
import type { Report } from '../report.ts';
import { parameters, parseTemplate } from '../template.ts';
import { allowances } from './view.ts';

/** Every `when`: that it parses, that what it names is there, and that it could be true or false. */
export function checkConditions(policy: PolicyFile, report: Report): void {
  for (const [id, agent] of Object.entries(policy.agents)) {
    for (const { route: name, when, path } of allowances(id, agent)) {
      const route = Object.hasOwn(policy.routes, name) ? policy.routes[name] : undefined;
      const template = route === undefined ? undefined : parseTemplate(route.match);
      if (when === undefined || route === undefined || template?.ok !== true) continue;
      const subject = { params: parameters(template.value), integer: integerField(route.amount) };
      for (const { severity, ...flaw } of parseCondition(when, subject).flaws) {
        if (severity === 'error') report.error([...path, 'when'], flaw);
        else report.warn([...path, 'when'], flaw);
      }
    }
  }
}
