import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { CallPage, CallSearch, PageView, StopPage, WhyView } from '../contract/lookups.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { Answers } from '../lookup/question.ts';
import type { Premises } from '../premises.ts';
import { askerOf, lookedUp } from './looked-up.ts';
import { answers, asks, refuse, tell, type ControlApp } from './operation.ts';

const tags = ['history'];
const limit = z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many to give.' });

const calls = createRoute({
  method: 'get',
  path: '/v1/calls',
  operationId: 'searchCalls',
  tags,
  summary: 'Calls that were, the newest first',
  description:
    'All that is asked narrows. `about` goes by the index of identifiers, as far as the journal is sealed; all else looks back record by record, and says in `looked` how far it came.',
  ...asks('look'),
  request: { query: CallSearch },
  responses: answers('A page of calls; ask again with `before` set to its `next`.', CallPage, 400, 504),
});

const why = createRoute({
  method: 'get',
  path: '/v1/why',
  operationId: 'why',
  tags,
  summary: 'What happened and why, as `interlock why` tells it',
  description: 'Personal data stands sealed: what a browser was shown, no erasure reaches.',
  ...asks('look'),
  request: {
    query: z.strictObject({
      what: z
        .string()
        .min(1)
        .max(300)
        .meta({ description: 'Any id that a call or an answer had; or a kind and a name.', examples: ['charge:ch_2'] }),
    }),
  },
  responses: answers('The story; of what is not there, what was looked for.', WhyView, 400, 504),
});

const stops = createRoute({
  method: 'get',
  path: '/v1/stops',
  operationId: 'listStops',
  tags,
  summary: 'Freezes, resumes and changes of stage, the newest first',
  ...asks('look'),
  request: {
    query: z.strictObject({
      agent: z.string().optional().meta({ description: 'Of one agent; without it, of all in the policy.' }),
      limit,
    }),
  },
  responses: answers('From the journal.', StopPage, 400, 504),
});

const PageViews = z.array(PageView);

const pages = createRoute({
  method: 'get',
  path: '/v1/pages',
  operationId: 'listPages',
  tags,
  summary: 'What people were told, and what waits to be told',
  description: 'What waits is listed whole; of what was told, the last.',
  ...asks('look'),
  request: { query: z.strictObject({ limit }) },
  responses: answers('What waits first, then the newest.', PageViews, 400, 504),
});

/** What the journal knows. */
export function historyRoutes(app: ControlApp, premises: Premises, lookups: Lookups): void {
  app.openapi(calls, (context) =>
    lookedUp(context, premises, lookups, { kind: 'calls', search: context.req.valid('query') }),
  );
  app.openapi(why, (context) =>
    lookedUp(context, premises, lookups, { kind: 'why', what: context.req.valid('query').what }),
  );
  app.openapi(stops, (context) => {
    const { agent, limit: most } = context.req.valid('query');
    const agents = agent === undefined ? [...premises.engine.policy.agents.keys()] : [agent];
    return lookedUp(context, premises, lookups, { kind: 'stops', agents, limit: most });
  });
  app.openapi(pages, async (context) => {
    await premises.log.durable();
    const told = await lookups.value<Answers['told']>(
      { kind: 'told', limit: context.req.valid('query').limit },
      askerOf(context),
    );
    if (!told.ok) return refuse(context, told.failure.status, told.failure.message);
    const waiting = [...premises.outbox.pending()].map(({ id, kind, agent, cause, waiting: channels }) => {
      const abandoned = told.value.find(({ page }) => page === id)?.abandoned ?? [];
      return { page: id, kind, agent, since: new Date(cause.at).toISOString(), waiting: channels, abandoned };
    });
    const open = new Set(waiting.map(({ page }) => page));
    return tell(context, PageViews, [...waiting, ...told.value.filter(({ page }) => !open.has(page))]);
  });
}
