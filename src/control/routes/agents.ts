import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { KilledAll, Emergency, Frozen, Killed, Resumed, Stood, Word } from '../contract/acts.ts';
import { acts, asks, inTheNameOf, json, type ControlApp } from './operation.ts';

const ofAgent = z.strictObject({
  agent: z.string().meta({ description: 'An agent of the policy.', examples: ['refunds-bot'] }),
});
const request = { params: ofAgent, body: json(Word) };
const tags = ['agents'];

const kill = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/kill',
  operationId: 'kill',
  tags,
  summary: 'Stop an agent now',
  description:
    'Its calls in flight are severed, and every further one is refused until people resume it. An agent that is stopped already is stopped again: what a freeze let finish is severed.',
  ...asks('kill'),
  request,
  responses: acts('It is stopped, and that is on the disk.', Killed, 404),
});

const killAll = createRoute({
  method: 'post',
  path: '/v1/kill',
  operationId: 'killAll',
  tags,
  summary: 'Stop every agent now',
  description: 'In one step: no call of any agent is decided between the first and the last.',
  ...asks('kill'),
  request: { body: json(Word) },
  responses: acts('All are stopped, and that is on the disk.', KilledAll),
});

const freeze = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/freeze',
  operationId: 'freeze',
  tags,
  summary: 'Stop an agent, and let what is under way finish',
  description: 'Every further call is refused until people resume it; nothing is severed.',
  ...asks('restrain'),
  request,
  responses: acts('It is stopped, and that is on the disk.', Frozen, 404, 409),
});

const resume = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/resume',
  operationId: 'resume',
  tags,
  summary: 'Let a stopped agent work again',
  description: 'Where its policy asks for two people, the first is put on record and the agent stays stopped.',
  ...asks('resume'),
  request,
  responses: acts('It works again, or the first of two has said so.', Resumed, 404, 409),
});

const demote = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/demote',
  operationId: 'demote',
  tags,
  summary: 'Take the stage away that an agent stands at',
  description: 'It stands at the highest that is left. No older promotion lets it back.',
  ...asks('restrain'),
  request,
  responses: acts('Where it stands now.', Stood, 404, 409),
});

const breakGlass = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/break-glass',
  operationId: 'breakGlass',
  tags,
  summary: 'Let an agent work further than it has earned, for a while',
  description:
    'It is on record, people are paged, and whoever looks sees it until it ends. A freeze holds all the same.',
  ...asks('administer'),
  request: { params: ofAgent, body: json(Emergency) },
  responses: acts('Where it stands now.', Stood, 404, 409),
});

const endGlass = createRoute({
  method: 'post',
  path: '/v1/agents/{agent}/end-glass',
  operationId: 'endGlass',
  tags,
  summary: 'End an emergency before its time',
  ...asks('restrain'),
  request,
  responses: acts('Where it stands now.', Stood, 404, 409),
});

/** Stops agents, lets them work again, and changes where they stand. */
export function agentRoutes(app: ControlApp): void {
  app.openapi(killAll, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, KilledAll, (by, operations) => operations.killAll(reason, by));
  });
  app.openapi(kill, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Killed, (by, operations) =>
      operations.kill(context.req.valid('param').agent, reason, by),
    );
  });
  app.openapi(freeze, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Frozen, (by, operations) =>
      operations.freeze(context.req.valid('param').agent, reason, by),
    );
  });
  app.openapi(resume, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Resumed, (by, operations) =>
      operations.resume(context.req.valid('param').agent, reason, by),
    );
  });
  app.openapi(demote, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Stood, (by, operations) =>
      operations.demote(context.req.valid('param').agent, by, reason),
    );
  });
  app.openapi(breakGlass, (context) => {
    const { by: given, ...emergency } = context.req.valid('json');
    const { agent } = context.req.valid('param');
    return inTheNameOf(context, given, Stood, (by, operations) => operations.breakGlass({ agent, by, ...emergency }));
  });
  app.openapi(endGlass, (context) => {
    const { reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Stood, (by, operations) =>
      operations.endGlass(context.req.valid('param').agent, by, reason),
    );
  });
}
