import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { identityOf } from '../../policy/index.ts';
import { GateView, ReplayView } from '../contract/lookups.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { GateBasis } from '../lookup/question.ts';
import type { Premises } from '../premises.ts';
import { lookedUp } from './looked-up.ts';
import { answers, asks, type ControlApp } from './operation.ts';

const tags = ['evidence'];

const gate = createRoute({
  method: 'get',
  path: '/v1/gate',
  operationId: 'listGateResults',
  tags,
  summary: 'What `interlock gate` said last of each agent and stage',
  description: '`current` is false where it speaks of other rules, or of another version of the agent.',
  ...asks('look'),
  responses: answers('The newest first.', z.array(GateView), 504),
});

const replays = createRoute({
  method: 'get',
  path: '/v1/replays',
  operationId: 'listReplays',
  tags,
  summary: 'What candidate policies would have changed, as `interlock replay --keep` left it',
  ...asks('look'),
  responses: answers('The newest first.', z.array(ReplayView), 504),
});

/** What was shown of agents and of candidate policies. */
export function evidenceRoutes(app: ControlApp, premises: Premises, lookups: Lookups): void {
  app.openapi(gate, (context) => {
    const { policy } = premises;
    const bases = [...policy.policy.agents.keys()].map((agent): [string, GateBasis] => [
      agent,
      { policy: policy.digest, identity: identityOf(policy, agent).digest },
    ]);
    return lookedUp(context, premises, lookups, { kind: 'gate', now: Object.fromEntries(bases) });
  });
  app.openapi(replays, (context) => lookedUp(context, premises, lookups, { kind: 'replays' }));
}
