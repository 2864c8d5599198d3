import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { ok } from '../../std/result.ts';
import type { CallId } from '../../engine/ids.ts';
import { Reviewed, Word } from '../contract/acts.ts';
import { HoldRow, HoldView } from '../contract/holds.ts';
import { holdRow } from '../holds/row.ts';
import { dayOf, holdView } from '../holds/view.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { Answers } from '../lookup/question.ts';
import type { Premises } from '../premises.ts';
import { askerOf } from './looked-up.ts';
import { acts, answers, asks, inTheNameOf, json, refuse, tell, type ControlApp } from './operation.ts';

const tags = ['holds'];
const HoldRows = z.array(HoldRow);
const ofCall = z.strictObject({
  call: z.string().meta({ description: 'The call that waits, by its id.', examples: ['call_3f1c'] }),
});

const list = createRoute({
  method: 'get',
  path: '/v1/holds',
  operationId: 'listHolds',
  tags,
  summary: 'Calls that wait for a person, the oldest first',
  ...asks('look'),
  request: {
    query: z.strictObject({ agent: z.string().optional().meta({ description: 'Of one agent; without it, of all.' }) }),
  },
  responses: answers('What waits.', HoldRows, 400, 404),
});

const one = createRoute({
  method: 'get',
  path: '/v1/holds/{call}',
  operationId: 'showHold',
  tags,
  summary: 'A held call with what a person must know before saying yes',
  ...asks('look'),
  request: { params: ofCall },
  responses: answers('The call.', HoldView, 404, 504),
});

const approve = createRoute({
  method: 'post',
  path: '/v1/holds/{call}/approve',
  operationId: 'approve',
  tags,
  summary: 'Let exactly this request through, once',
  description: 'Its agent has to send the same bytes again.',
  ...asks('approve'),
  request: { params: ofCall, body: json(Word) },
  responses: acts('It may be repeated until then.', Reviewed, 404, 409),
});

const reject = createRoute({
  method: 'post',
  path: '/v1/holds/{call}/reject',
  operationId: 'reject',
  tags,
  summary: 'Refuse a held call until it expires',
  ...asks('reject'),
  request: { params: ofCall, body: json(Word) },
  responses: acts('It stays refused until then.', Reviewed, 404, 409),
});

/** What waits for a person, one of it whole, and what a person says of it. */
export function holdRoutes(app: ControlApp, premises: Premises, lookups: Lookups): void {
  app.openapi(list, (context) => {
    const found = premises.operations.holds(context.req.valid('query').agent ?? null);
    if (!found.ok) return refuse(context, found.failure.status, found.failure.message);
    return tell(
      context,
      HoldRows,
      found.value.map((line) => holdRow(premises.engine.policy, line)),
    );
  });
  app.openapi(one, async (context) => {
    const { call } = context.req.valid('param');
    const hold = premises.engine.holds.of(call as CallId);
    const from = hold === undefined ? 0 : dayOf(premises.engine, hold, premises.clock.now());
    // A record of what is not sent may not be on the disk yet, where it is looked for.
    if (hold !== undefined) await premises.log.durable();
    const facts =
      hold === undefined
        ? ok(null)
        : await lookups.value<Answers['held']>({ kind: 'held', call, from }, askerOf(context));
    if (!facts.ok) return refuse(context, facts.failure.status, facts.failure.message);
    // It may have gone meanwhile, and another policy may have come.
    const now = premises.engine.holds.of(call as CallId);
    if (now === undefined || facts.value === null) {
      return refuse(context, 404, `Failed to show \`${call}\`: it does not wait for a human.`);
    }
    return tell(context, HoldView, holdView(premises.engine, now, facts.value, premises.clock.now()));
  });
  app.openapi(approve, (context) => {
    const { reason, by: given } = context.req.valid('json');
    const { call } = context.req.valid('param');
    return inTheNameOf(context, given, Reviewed, (by, operations) => operations.approve(call, by, reason));
  });
  app.openapi(reject, (context) => {
    const { reason, by: given } = context.req.valid('json');
    const { call } = context.req.valid('param');
    return inTheNameOf(context, given, Reviewed, (by, operations) => operations.reject(call, by, reason));
  });
}
