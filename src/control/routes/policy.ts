import { createRoute } from '@hono/zod-openapi';
import { PolicyView } from '../contract/policy.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { Answers } from '../lookup/question.ts';
import { policyView } from '../policy-view.ts';
import type { Premises } from '../premises.ts';
import { askerOf } from './looked-up.ts';
import { answers, asks, refuse, tell, type ControlApp } from './operation.ts';

const show = createRoute({
  method: 'get',
  path: '/v1/policy',
  operationId: 'showPolicy',
  tags: ['policy'],
  summary: 'The policy in force, and what may happen at most under it',
  description: 'The blast radius is what `interlock check` says of it: an upper bound, whatever an agent tries.',
  ...asks('look'),
  responses: answers('Its text, with the files that it includes.', PolicyView, 504),
});

/** What decides. */
export function policyRoutes(app: ControlApp, premises: Premises, lookups: Lookups): void {
  app.openapi(show, async (context) => {
    await premises.log.durable();
    const { policy } = premises;
    const since = await lookups.value<Answers['since']>({ kind: 'since', digest: policy.digest }, askerOf(context));
    if (!since.ok) return refuse(context, since.failure.status, since.failure.message);
    return tell(context, PolicyView, policyView(policy, since.value ?? premises.clock.now()));
  });
}
