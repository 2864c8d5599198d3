import { checkBaselines } from './baseline.ts';
import type { PolicyFile } from './schema.ts';
import type { Report } from './report.ts';
import { checkAnswers } from './semantics/answers.ts';
import { checkAgents } from './semantics/agents.ts';
import { checkBodies } from './semantics/bodies.ts';
import { checkCheckpoints } from './semantics/checkpoints.ts';
import { checkConditions } from './semantics/conditions.ts';
import { checkMoney } from './semantics/money.ts';
import { checkNever } from './semantics/never.ts';
import { checkNotify } from './semantics/notify.ts';
import { checkPreconditions } from './semantics/preconditions.ts';
import { checkPrivacy } from './semantics/privacy.ts';
import { checkPromotion } from './semantics/promotion.ts';
import { checkRoutes } from './semantics/routes.ts';
import { checkRules } from './semantics/rules.ts';
import { checkUpstreams } from './semantics/upstreams.ts';

/**
 * What the parts of a policy mean together. An error is what cannot be meant: a rule that concerns nothing, a limit
 * that nothing can meet, a name that nothing answers to. A warning is what widens more than its author may think.
 */
export function checkMeaning(policy: PolicyFile, report: Report): void {
  checkUpstreams(policy, report);
  checkRoutes(policy, report);
  checkAgents(policy, report);
  checkRules(policy, report);
  checkBodies(policy, report);
  checkMoney(policy, report);
  checkConditions(policy, report);
  checkBaselines(policy, report);
  checkPreconditions(policy, report);
  checkAnswers(policy, report);
  checkPrivacy(policy, report);
  checkNever(policy, report);
  checkNotify(policy, report);
  checkCheckpoints(policy, report);
  checkPromotion(policy, report);
}
